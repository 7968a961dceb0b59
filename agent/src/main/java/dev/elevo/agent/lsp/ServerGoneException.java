package dev.elevo.agent.lsp;

/** Whoever waits for a server learns that it has ended. */
final class ServerGoneException extends RuntimeException {
    private final ServerEnd end;

    ServerGoneException(ServerEnd end) {
        super(end.reason(), null, false, false);
        this.end = end;
    }

    ServerEnd end() {
        return end;
    }
}
