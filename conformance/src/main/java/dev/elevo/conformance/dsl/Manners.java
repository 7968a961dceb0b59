package dev.elevo.conformance.dsl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What holds for every answer of the service, whatever was asked (1.2, 1.5, 1.7, 1.8); each is looked at. */
final class Manners {
    private Manners() {}

    static List<String> wrong(Optional<Operation> operation, Answer answer, Description description) {
        var wrong = new ArrayList<String>();
        var isOfTheApi = answer.target().startsWith("/api/v1/");
        if (isOfTheApi) {
            if (answer.header("X-Request-ID").isEmpty()) {
                wrong.add("1.2: X-Request-ID is on every response");
            }
            if (answer.status() == 401 && !answer.header("WWW-Authenticate").equals("Bearer")) {
                wrong.add("1.2: WWW-Authenticate: Bearer comes with 401");
            }
            if (answer.code() == 9003 && answer.header("Retry-After").isEmpty()) {
                wrong.add("1.2: Retry-After comes with 9003");
            }
            if (answer.status() >= 400) {
                wrong.addAll(envelope(answer));
            }
        }
        if (operation.isPresent()) {
            wrong.addAll(description.wrong(operation.get(), answer));
        } else if (isOfTheApi && answer.code() != 9008 && answer.status() >= 400) {
            wrong.add("1.8: an unknown path or method gives 9008");
        }
        return wrong;
    }

    private static List<String> envelope(Answer answer) {
        var error = answer.at("/error");
        var wrong = Codes.wrong(error.path("code").asInt(), error.path("name").asText(), answer.status());
        if (!wrong.isEmpty()) {
            return List.of("1.8: " + wrong);
        }
        if (error.path("message").asText().isEmpty()) {
            return List.of("1.8: an error has a message");
        }
        // What is replayed is the first answer, with its id.
        return answer.header("X-Idempotent-Replayed").equals("true")
                        || error.path("requestId").asText().equals(answer.header("X-Request-ID"))
                ? List.of()
                : List.of("1.8: requestId is that of the header");
    }
}
