package dev.elevo.functions.process;

import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;

/** What calls that wait for a command answer. */
final class Answers {
    private Answers() {}

    /** 200 with the result; 202 and where to ask for it while the command still runs. */
    static HttpResponse<?> of(String sandbox, RunAnswer answer) {
        return switch (answer) {
            case RunResult result -> HttpResponse.ok(result);
            case StillRunning running ->
                located(HttpResponse.accepted(), sandbox, running.pid()).body(running);
        };
    }

    static MutableHttpResponse<?> located(MutableHttpResponse<?> answer, String sandbox, int pid) {
        return answer.header(HttpHeaders.LOCATION, "/api/v1/sandboxes/" + sandbox + "/process/" + pid);
    }
}
