package dev.elevo.agent.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
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
}
