package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * The first of what was found, in the order of paths and then of lines.
 *
 * @param total how many these are
 * @param truncated there were more, or there was no time to look for more
 */
@Serdeable
public record GrepResult(List<GrepMatch> matches, int total, boolean truncated) {
    public GrepResult(List<GrepMatch> matches, boolean truncated) {
        this(List.copyOf(matches), matches.size(), truncated);
    }
}
