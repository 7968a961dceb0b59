package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.net.URI;
import java.util.List;

/**
 * Where to save files.
 *
 * @param parts each takes one PUT, in order; not all may be needed
 * @param partBytes of each but the last
 */
@Serdeable
public record SaveWorkspace(List<URI> parts, long partBytes) {
    private static final int MOST_PARTS = 10_000;
    private static final long LARGEST_PART = 5L << 30;

    public SaveWorkspace {
        parts = List.copyOf(parts);
        if (parts.isEmpty() || parts.size() > MOST_PARTS || partBytes < 1 || partBytes > LARGEST_PART) {
            throw new IllegalArgumentException("1 to 10000 parts of 1 byte to 5 GB");
        }
    }

    @Override
    public String toString() {
        return "SaveWorkspace[" + parts.size() + " parts]"; // the addresses are credentials
    }
}
