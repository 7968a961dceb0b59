package dev.elevo.conformance;

import dev.elevo.conformance.dsl.Operation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The errors that a black box does not bring about, each with the reason. This list only shrinks: a run finds what is needed no more. */
final class Unprovoked {
    /** Why these are not asked for. */
    record Excuse(Set<Integer> codes, Predicate<Operation> operations, String reason) {
        boolean covers(Operation operation, int code) {
            return codes.contains(code) && operations.test(operation);
        }
    }

    static final List<Excuse> EXCUSES = List.of(
            anywhere("a fault of the service, which no request may bring about", 9001),
            anywhere("takes a store or a sandbox that does not answer", 9002),
            anywhere("takes a host that fails, or is slower than a request may be", 2005, 2006, 7001, 7102),
            anywhere("takes a host that is full", 7106),
            anywhere("is offered here", 9007),
            new Excuse(Set.of(1005), operation -> !operation.needsScope(), "asks for no scope"),
            new Excuse(Set.of(9003), Operation::isForOperators, "the operator's limits are not the suite's to lower"),
            new Excuse(Set.of(9004), operation -> !operation.canBreakARule(), "takes nothing that has a rule"),
            new Excuse(Set.of(9005), operation -> !operation.canBeUnreadable(), "takes nothing but text"),
            new Excuse(
                    Set.of(3007),
                    operation -> !operation
                            .path()
                            .matches(".*/files/(write|write-batch|upload|read|download|download-url)|.*/artifacts"),
                    "decided by the size of a body before the endpoint is known; tried at files/write and upload"),
            at("takes ten gigabytes, which may be refused at the address only", ".*/files/download(-url)?", 3007),
            at(
                    "takes a host that cannot read what it keeps; tried at the console",
                    ".*/pty/\\{pid}/(connect|ticket)",
                    4103),
            at("takes a host that is full", "POST /sandboxes(/\\{id}/(fork|start))?", 9006),
            at("a fork takes neither template nor snapshot nor volume", ".*/fork", 2007, 7000, 7002, 7100),
            at("takes one that is creating, or failed for good", ".*/restart", 2008),
            at("reads no file", ".*/lsp/(servers.*|symbols/workspace)", 3001, 3004, 3006),
            at("waits for half a minute; tried at hover", ".*/lsp/.*", 6006),
            at("is told to the server, which answers nothing", ".*/did(Open|Close)|.*/lsp/diagnostics", 6002, 6004),
            at("is the last event of a stream that has begun", ".*/run/stream", 4003),
            at(
                    "is what the call itself gives; tried with 4003 and 5002",
                    "GET .*/result",
                    3001,
                    3002,
                    3004,
                    3005,
                    3006,
                    3008,
                    4004,
                    5000,
                    5001,
                    5003,
                    5004,
                    5005,
                    5006,
                    5007,
                    5008,
                    5009,
                    5010,
                    5011),
            at("what git refuses of a clone has a code of its own", ".*/git/clone", 5000),
            at("an organization is there as soon as somebody names it", ".*/admin/organizations.*", 9008));

    private static final Map<Integer, String> RESERVED =
            Map.of(4101, "no terminal has a name: its id is that of its process");

    private Unprovoked() {}

    /** Why a code that no endpoint is described with is not answered at all. */
    static Optional<String> reason(int code) {
        return Optional.ofNullable(RESERVED.get(code));
    }

    static Optional<String> reason(Operation operation, int code) {
        return EXCUSES.stream()
                .filter(excuse -> excuse.covers(operation, code))
                .map(Excuse::reason)
                .findFirst();
    }

    private static Excuse anywhere(String reason, Integer... codes) {
        return new Excuse(Set.of(codes), any -> true, reason);
    }

    /** @param names what fits the whole of {@link Operation#name} */
    private static Excuse at(String reason, String names, Integer... codes) {
        return new Excuse(Set.of(codes), operation -> operation.name().matches(names), reason);
    }
}
