package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An order to save files.
 *
 * @param id of the order, chosen by whoever gives it
 * @param parts each takes one PUT, in order; not all may be needed
 * @param partBytes of each but the last
 * @param waitMs until when at most it is waited for
 */
@Serdeable
public record SaveWorkspace(String id, List<URI> parts, long partBytes, int waitMs) {
    private static final Pattern ID = Pattern.compile("[a-zA-Z0-9-]{1,100}");
    private static final int MOST_PARTS = 10_000;
    private static final long LARGEST_PART = 5L << 30;

    public SaveWorkspace {
        parts = List.copyOf(parts);
        check(id, parts, partBytes);
    }

    static void check(String id, List<URI> parts, long partBytes) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("the id of an order is 1 to 100 letters, digits and hyphens");
        }
        if (parts.isEmpty() || parts.size() > MOST_PARTS || partBytes < 1 || partBytes > LARGEST_PART) {
            throw new IllegalArgumentException("1 to 10000 parts of 1 byte to 5 GB");
        }
    }

    @Override
    public String toString() {
        return "SaveWorkspace[" + id + ", " + parts.size() + " parts]"; // the addresses are credentials
    }
}
