package dev.elevo.agent.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Lets tests touch what nobody else should. */
public final class DiskImages {
    private DiskImages() {}

    /** The file that a slot's disk is. */
    public static Path of(IsolationDriver driver, Slot slot) {
        try {
            return ((LinuxDriver) driver).image(slot);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is wrong with the file system of a checkpoint; empty where nothing is. */
    public static String faults(IsolationDriver driver, Slot slot, Checkpoint checkpoint) throws IOException {
        var image = of(driver, slot).resolveSibling("../checkpoints/" + checkpoint.id() + ".img");
        var check = new ProcessBuilder("e2fsck", "-f", "-n", image.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return check.onExit().join().exitValue() == 0 ? "" : said;
    }
}
