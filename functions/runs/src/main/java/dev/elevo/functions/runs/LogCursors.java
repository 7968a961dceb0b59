package dev.elevo.functions.runs;

import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.paging.Seal;
import jakarta.inject.Singleton;
import java.util.OptionalLong;

/** Places in a log, as clients get to see them. */
@Singleton
class LogCursors {
    private static final String LIST = "log of ";

    private final Seal seal;

    LogCursors(Seal seal) {
        this.seal = seal;
    }

    String seal(long place, RunKey run) {
        return seal.close(Long.toString(place), LIST + run.spell());
    }

    /** Empty for anything that was not given out here for this log. */
    OptionalLong open(String cursor, RunKey run) {
        return seal.open(cursor, LIST + run.spell()).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
