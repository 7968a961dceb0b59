package dev.elevo.cli;

import dev.elevo.client.WorkspaceException;

/** What is to be done when we are ended from outside, in the middle of a terminal. */
final class HangUp implements AutoCloseable {
    private final Runnable restore;
    private final Runnable end;
    private final Thread hook = new Thread(this::now);

    /**
     * @param restore gives our own terminal back. At first: whatever becomes of the rest, somebody sits before it.
     * @param end of the one in the sandbox
     */
    HangUp(Runnable restore, Runnable end) {
        this.restore = restore;
        this.end = end;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    void now() {
        restore.run();
        quietly(end);
    }

    /** Nobody is left who could do something about it. */
    static void quietly(Runnable end) {
        try {
            end.run();
        } catch (WorkspaceException e) {
            // It ends by itself when it is idle for too long.
        }
    }

    /** It has come to its end by itself. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The hook is at work, and that is why we have come here.
        }
    }
}
