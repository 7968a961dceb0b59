package dev.elevo.agent.driver;

import java.nio.file.Path;

/**
 * A place where one sandbox lives. It has a name of its own, so that it can be made before anybody knows which sandbox will
 * move in.
 *
 * @param directory the files, on disk
 * @param runtimeDirectory socket and state of the runtime; gone after a reboot, and short, for a socket's path has 107 bytes
 */
public record Slot(String name, Path directory, Path runtimeDirectory) {

    public Path helperSocket() {
        return runtimeDirectory.resolve(name + ".sock");
    }

    Path runtimeState() {
        return runtimeDirectory.resolve("oci");
    }

    Path pidFile() {
        return directory.resolve("pid");
    }

    Path log() {
        return directory.resolve("start.log");
    }
}
