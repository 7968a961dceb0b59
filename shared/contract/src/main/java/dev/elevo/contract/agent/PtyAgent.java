package dev.elevo.contract.agent;

import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.pty.PtySize;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Terminals inside one sandbox. Each is named by the pid of its shell. */
public interface PtyAgent {
    int MOST = 10;

    /**
     * Opens one.
     *
     * @param onceKey two calls with the same key open one terminal; both get its answer
     */
    PtyInfo create(String sandboxId, CreatePty request, @Nullable String onceKey);

    /** Those that are active. */
    List<PtyInfo> list(String sandboxId);

    /** Also for ten minutes after its end. */
    PtyInfo get(String sandboxId, int pid);

    /** SIGHUP, and after five seconds SIGKILL. Two calls with the same key do it once, so the second finds what the first has ended. */
    void hangUp(String sandboxId, int pid, @Nullable String onceKey);

    PtySize resize(String sandboxId, int pid, int cols, int rows);

    /** Gives how many bytes were taken, which is all of them. Two calls with the same key type them once. */
    int write(String sandboxId, int pid, byte[] bytes, @Nullable String onceKey);
}
