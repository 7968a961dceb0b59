package dev.elevo.functions.process;

import dev.elevo.contract.process.RunAnswer;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import org.jspecify.annotations.Nullable;

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

    /** By which the agent does a thing once that is repeated with its idempotency key. */
    static @Nullable String onceKey(HttpRequest<?> request, Principal caller) {
        return IdempotencyKey.of(request, caller).map(IdempotencyKey::hash).orElse(null);
    }
}
