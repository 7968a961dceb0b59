package dev.elevo.agent.lsp;

/** Why a server does not run any more. */
sealed interface ServerEnd {
    /** By itself, or because somebody inside killed it. */
    record Exited(boolean bySignal, int code) implements ServerEnd {}

    /** We ended it, for what it did. */
    record Broken(String reason) implements ServerEnd {}

    /** With its sandbox. */
    record Lost() implements ServerEnd {}

    /** What the client is told. */
    default String reason() {
        return switch (this) {
            case Exited(var bySignal, var code) -> bySignal ? "killed" : "exited";
            case Broken(var reason) -> reason;
            case Lost() -> "sandbox_ended";
        };
    }
}
