package dev.elevo.agent.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The host's current boot: another id means that everything that ran is gone. */
final class Boot {
    private Boot() {}

    static String id() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }
}
