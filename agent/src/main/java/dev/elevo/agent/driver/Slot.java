package dev.elevo.agent.driver;

import java.nio.file.Path;

/**
 * A place where one sandbox lives. It has a name of its own, so that it can be made before anybody knows which sandbox will
 * move in.
 *
 * @param name four hexadecimal digits
 * @param directory the files, on disk
 * @param runtimeDirectory socket and state of the runtime; gone after a reboot, and short, for a socket's path has 107 bytes
 */
public record Slot(String name, Path directory, Path runtimeDirectory) {
    static final String ROOT = "root";
    static final String RUNTIME_STATE = "oci";

    /** So many ranges of ids, above those that hosts lend to their users, and where systemd-nspawn takes its own, too. */
    static final int MOST = 0x4000;

    private static final int FIRST_ID = 0x3000_0000;

    /** No two sandboxes share a user of the host: what the kernel counts by user, and what one reaches, stays its own. */
    IdRange ids() {
        return new IdRange(FIRST_ID + IdRange.COUNT * Integer.parseInt(name, 16), IdRange.COUNT);
    }

    public Path helperSocket() {
        return runtimeDirectory.resolve(name + ".sock");
    }

    /**
     * Where the sandbox's root is mounted while it starts: the same for all, for each has mounts of its own. Outside of the closed
     * home, because the runtime goes there as the sandbox's root, who is nobody on the host.
     */
    Path root() {
        return runtimeDirectory.resolveSibling(ROOT);
    }

    Path runtimeState() {
        return runtimeDirectory.resolve(RUNTIME_STATE);
    }

    Path pidFile() {
        return directory.resolve("pid");
    }

    Path log() {
        return directory.resolve("start.log");
    }
}
