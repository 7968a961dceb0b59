package dev.elevo.cli;

import dev.elevo.client.Exit;
import dev.elevo.client.WorkspaceClient;
import org.jspecify.annotations.Nullable;

/** A command whose exit code is that of what it runs in a sandbox. */
interface RemoteCommand {
    /** When there is none, as ssh has it. */
    int LOST = 255;

    /** As timeout(1) has it. */
    int TIMED_OUT = 124;

    /** As shells have it: this and the signal's number. */
    int BY_SIGNAL = 128;

    /** By SIGPIPE: of all commands, whose output nobody wanted to the end. */
    int UNREAD = BY_SIGNAL + 13;

    /** The service knows absolute ones only. */
    static @Nullable String directory(WorkspaceClient workspace, String sandbox, @Nullable String path) {
        return path == null
                ? null
                : new CopyPath.Remote(sandbox, path).absolute(workspace).path();
    }

    static int code(Exit exit) {
        if (exit.timedOut()) {
            return TIMED_OUT;
        }
        var signal = exit.signal();
        return signal == null ? exit.exitCode() : BY_SIGNAL + SignalNumbers.of(signal);
    }
}
