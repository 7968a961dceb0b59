package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An order to bring bytes of one file to a store.
 *
 * @param id of the order, chosen by whoever gives it
 * @param length so many at most; of a file that is shorter by then, what there is
 * @param parts each takes one PUT, in order; not all may be needed
 * @param partBytes of each but the last
 * @param waitMs until when at most it is waited for
 */
@Serdeable
public record DeliverFile(
        String id,
        String path,
        @Nullable String user,
        long offset,
        long length,
        List<URI> parts,
        long partBytes,
        int waitMs) {
    public DeliverFile {
        parts = List.copyOf(parts);
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("a part of a file begins and ends in it");
        }
        SaveWorkspace.check(id, parts, partBytes);
    }

    @Override
    public String toString() {
        return "DeliverFile[" + id + ", " + parts.size() + " parts]"; // the addresses are credentials
    }
}
