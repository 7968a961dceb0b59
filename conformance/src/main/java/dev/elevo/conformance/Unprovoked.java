package dev.elevo.conformance;

import dev.elevo.conformance.dsl.Operation;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The errors that a black box cannot bring about, each with the reason. This list only shrinks. */
final class Unprovoked {
    /**
     * @param operations by what {@link Operation#name} fits, whole
     */
    private record Excuse(int code, Predicate<Operation> operations, String reason) {}

    private static final List<Excuse> EXCUSES = List.of(
            anywhere(9001, "a fault of the service, which no request may bring about"),
            anywhere(9002, "takes a store or a sandbox that does not answer"));

    private Unprovoked() {}

    static Optional<String> reason(Operation operation, int code) {
        return EXCUSES.stream()
                .filter(excuse -> excuse.code == code && excuse.operations.test(operation))
                .map(Excuse::reason)
                .findFirst();
    }

    private static Excuse anywhere(int code, String reason) {
        return new Excuse(code, any -> true, reason);
    }

    private static Excuse at(int code, String name, String reason) {
        return new Excuse(code, operation -> operation.name().matches(name), reason);
    }
}
