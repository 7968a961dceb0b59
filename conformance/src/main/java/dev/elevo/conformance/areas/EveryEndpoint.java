package dev.elevo.conformance.areas;

import com.fasterxml.jackson.databind.JsonNode;
import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Caller;
import dev.elevo.conformance.dsl.Description;
import dev.elevo.conformance.dsl.Lab;
import dev.elevo.conformance.dsl.Operation;
import dev.elevo.conformance.dsl.Sample;
import dev.elevo.conformance.dsl.World;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What 1.8 and the areas say of all their endpoints alike, tried at each that the description has. */
public final class EveryEndpoint extends Area {
    private static final String UNREADABLE = "{\"x\":";
    private static final String NOWHERE = "/tmp/not-there";
    private static final String NOT_A_REPOSITORY = "/tmp";

    private final Description description;

    public EveryEndpoint(Lab lab) {
        super("every endpoint");
        description = lab.description();
        var credentials = new Credentials(lab);
        for (var operation : description.operations()) {
            endpoint(operation.name());
            if (!operation.isPublic()) {
                callers(operation, credentials);
            }
            if (!operation.isOfTheGateway()) {
                requests(operation);
                things(operation);
            }
        }
    }

    private void callers(Operation operation, Credentials credentials) {
        statement("1.3: no credential is 1001", w -> failure(operation, w.stranger(), 1001, "F40001"));
        statement(
                "1.3: an unknown key is 1004",
                w -> failure(operation, w.stranger().with("X-API-Key", "ewk_" + "A".repeat(43)), 1004, "F40001"));
        statement(
                "1.3: an expired key is 1003",
                w -> failure(operation, w.stranger().with("X-API-Key", credentials.expired(w)), 1003, "F40001"));
        statement(
                "1.3: a disabled user's key is 1002",
                w -> failure(operation, w.as(credentials.disabled()), 1002, "F40003"));
        if (operation.needsScope()) {
            statement("1.3: a key without the scope is 1005", w -> {
                var answer = failure(operation, w.as(credentials.scopeless()), 1005, "F40003");
                if (answer.code() == 1005) {
                    answer.has("/error/details/required").has("/error/details/granted");
                }
            });
        }
        if (!operation.isForOperators()) {
            limit(operation, credentials);
        }
        if (operation.isChange()) {
            statement("1.4: the same idempotency key with another body is 9009", w -> {
                var caller = caller(operation, w).with("X-Idempotency-Key", w.name("once"));
                sample(operation, NOWHERE).ask(caller, UNREADABLE + "1");
                var again = sample(operation, NOWHERE).ask(caller, UNREADABLE + "2");
                if (!operation.isOfTheGateway()) {
                    again.fails(9009).reason("body_mismatch");
                } else {
                    again.failsWith("F40900");
                }
            });
        }
    }

    private void limit(Operation operation, Credentials credentials) {
        statement("1.5: who is over the limit of its class is told 9003", w -> {
            var narrow = w.as(credentials.exhausted()).impatient();
            var answer = exhausting(operation, narrow);
            // One token comes in twelve seconds: what follows the first five is over it.
            for (var i = 0; i < 6 && !isLimited(operation, answer); i++) {
                answer = exhausting(operation, narrow);
            }
            if (operation.isOfTheGateway()) {
                answer.failsWith("F42900");
            } else {
                answer.fails(9003).hasHeader("X-RateLimit-Remaining", "0").has("/error/details/retryAfter");
            }
        });
    }

    /** It is counted before it is read, and does nothing. */
    private Answer exhausting(Operation operation, Caller caller) {
        var sample = sample(operation, NOWHERE);
        return operation.takesJson() ? sample.ask(caller, UNREADABLE) : sample.ask(caller);
    }

    private static boolean isLimited(Operation operation, Answer answer) {
        return operation.isOfTheGateway() ? answer.gatewayCode().equals("F42900") : answer.code() == 9003;
    }

    private Answer failure(Operation operation, Caller caller, int code, String ofTheGateway) {
        var answer = sample(operation, NOWHERE).ask(caller);
        return operation.isOfTheGateway() ? answer.failsWith(ofTheGateway) : answer.fails(code);
    }

    private Sample sample(Operation operation, String path) {
        var sample = new Sample(description, operation, path);
        // An organization is there as soon as somebody names it.
        return operation.path().contains("/organizations/") ? sample.variable("id", "conformance-other") : sample;
    }

    private void requests(Operation operation) {
        // A body has them instead.
        unreadable(operation)
                .filter(sample -> !operation.takesJson())
                .ifPresent(sample -> statement(
                        "1.8: what cannot be read is 9005",
                        w -> sample.ask(caller(operation, w)).fails(9005)));
        if (operation.takesJson()) {
            statement(
                    "1.8: a body that is no JSON is 9005",
                    w -> sample(operation, NOWHERE)
                            .ask(caller(operation, w), UNREADABLE)
                            .fails(9005));
        }
        if (operation.isChange()) {
            statement(
                    "1.8: an idempotency key that breaks its rule is 9004",
                    w -> sample(operation, NOWHERE)
                            .ask(caller(operation, w).with("X-Idempotency-Key", "k".repeat(256)))
                            .fails(9004)
                            .among("/error/details/fields", "field", "X-Idempotency-Key"));
        }
        broken(operation)
                .ifPresent(sample -> statement(
                        "1.8: what breaks a rule is 9004 and names the field",
                        w -> sample.ask(caller(operation, w)).fails(9004).has("/error/details/fields/0/message")));
    }

    private static Caller caller(Operation operation, World w) {
        return operation.isForOperators() || operation.path().startsWith("/api/v1/admin") ? w.root() : w.api();
    }

    private Optional<Sample> unreadable(Operation operation) {
        return query(operation, schema -> isOf(schema, "integer") || isOf(schema, "boolean"))
                .map(name -> sample(operation, NOWHERE).query(name, "seven"));
    }

    private Optional<Sample> broken(Operation operation) {
        var required = required(operation);
        if (required.isPresent()) {
            return required.map(name -> sample(operation, NOWHERE).without(name));
        }
        var number = query(operation, schema -> isOf(schema, "integer") && schema.has("minimum"));
        if (number.isPresent()) {
            return number.map(name -> sample(operation, NOWHERE).query(name, "-2"));
        }
        return query(operation, schema -> schema.path("enum").isArray())
                .map(name -> sample(operation, NOWHERE).query(name, "nonsense"));
    }

    private Optional<String> required(Operation operation) {
        if (operation.takesJson()) {
            var body = sample(operation, NOWHERE);
            return body.firstField();
        }
        return operation
                .node()
                .path("parameters")
                .valueStream()
                .filter(parameter -> parameter.path("in").asText().equals("query")
                        && parameter.path("required").asBoolean())
                .map(parameter -> parameter.path("name").asText())
                .findFirst();
    }

    private static boolean isOf(JsonNode schema, String type) {
        return schema.path("type").asText().equals(type);
    }

    private static Optional<String> query(Operation operation, Predicate<JsonNode> schema) {
        return Stream.of(operation.node().path("parameters"))
                .flatMap(JsonNode::valueStream)
                .filter(parameter ->
                        parameter.path("in").asText().equals("query") && schema.test(parameter.path("schema")))
                .map(parameter -> parameter.path("name").asText())
                .findFirst();
    }

    /** What is missing, or in no state for it. */
    private void things(Operation operation) {
        var codes = operation.codes();
        if (operation.path().startsWith("/api/v1/sandboxes/{id}")) {
            inSandboxes(operation);
        }
        var missing = Map.of(
                "/api/v1/snapshots/{id}", 7000,
                "/api/v1/volumes/{id}", 7100,
                "/api/v1/runs/{id}", 9008,
                "/api/v1/artifacts/{id}", 9008,
                "/api/v1/users/me/", 9008);
        missing.forEach((path, code) -> {
            if (operation.path().startsWith(path) && operation.path().contains("{") && codes.contains(code)) {
                statement(
                        "1.8: what is not there is " + code,
                        w -> sample(operation, NOWHERE)
                                .ask(caller(operation, w))
                                .fails(code));
            }
        });
    }

    private void inSandboxes(Operation operation) {
        var codes = operation.codes();
        statement(
                "3.3: an unknown sandbox is 2001",
                w -> sample(operation, NOWHERE)
                        .variable("id", "sbx-000000000000")
                        .ask(w.api())
                        .fails(2001));
        if (codes.contains(2003)) {
            statement(
                    "3.3: a stopped sandbox is 2003",
                    w -> sample(operation, NOWHERE)
                            .variable("id", w.stopped().id())
                            .ask(w.api())
                            .fails(2003));
        }
        var unknown = Stream.of(4001, 4100, 4006, 6001).filter(codes::contains).findFirst();
        if (unknown.isPresent() && operation.path().matches(".*\\{(pid|sid|serverId)}.*")) {
            statement(
                    "2: what is not in the sandbox is " + unknown.get(),
                    w -> sample(operation, "/etc/hosts")
                            .variable("id", w.box().id())
                            .ask(w.api())
                            .fails(unknown.get()));
        } else if (codes.contains(6001)) {
            statement(
                    "2.6: no server for the file is 6001",
                    w -> sample(operation, "/etc/hosts")
                            .variable("id", w.box().id())
                            .ask(w.api())
                            .fails(6001));
        }
        if (codes.contains(5001) && operation.path().contains("/git/")) {
            statement(
                    "2.5: a directory that is no repository is 5001",
                    w -> at(operation, w, NOT_A_REPOSITORY).fails(5001));
            statement(
                    "2.5: a path that is not on the disk is 3001",
                    w -> at(operation, w, NOWHERE).fails(3001));
        }
        if (codes.contains(3006) && wantsPath(operation) && !operation.path().contains("{serverId}")) {
            statement(
                    "2.2: a relative path is 3006",
                    w -> at(operation, w, "relative").fails(3006));
        }
        // An address is for whoever it is for when it is used.
        if (codes.contains(3004) && takesUser(operation) && !operation.path().endsWith("/upload-url")) {
            statement("2.2: an unknown user is 3004", w -> {
                var sample =
                        sample(operation, "/etc/hosts").variable("id", w.box().id());
                (operation.takesJson() ? sample.field("user", "nobody-there") : sample.query("user", "nobody-there"))
                        .ask(w.api())
                        .fails(3004);
            });
        }
    }

    private Answer at(Operation operation, World w, String path) {
        return sample(operation, path).variable("id", w.box().id()).ask(w.api());
    }

    private boolean wantsPath(Operation operation) {
        return sample(operation, NOWHERE).mentions(NOWHERE);
    }

    private boolean takesUser(Operation operation) {
        return operation.takesJson()
                ? sample(operation, NOWHERE).knows("user")
                : query(operation, schema -> true).isPresent()
                        && names(operation).anyMatch("user"::equals);
    }

    private static Stream<String> names(Operation operation) {
        return operation
                .node()
                .path("parameters")
                .valueStream()
                .map(parameter -> parameter.path("name").asText());
    }

    /** Made once, by the first case that needs each. */
    private static final class Credentials {
        private final Lab lab;
        private String expired = "";
        private String disabled = "";
        private String scopeless = "";
        private String exhausted = "";

        private Credentials(Lab lab) {
            this.lab = lab;
        }

        synchronized String scopeless() {
            if (scopeless.isEmpty()) {
                scopeless = lab.lastingKey("permissions", new String[] {"nothing:here"});
            }
            return scopeless;
        }

        synchronized String expired(World w) {
            if (expired.isEmpty()) {
                var end = Instant.now().plusSeconds(2);
                expired = lab.lastingKey("expiresAt", end.toString());
                w.eventually("the key's end", () -> Instant.now().isAfter(end.plusSeconds(1)));
            }
            return expired;
        }

        synchronized String disabled() {
            if (disabled.isEmpty()) {
                disabled = lab.disabledKey();
            }
            return disabled;
        }

        synchronized String exhausted() {
            if (exhausted.isEmpty()) {
                exhausted = lab.narrowKey();
            }
            return exhausted;
        }
    }
}
