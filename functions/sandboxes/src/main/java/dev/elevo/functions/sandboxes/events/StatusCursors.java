package dev.elevo.functions.sandboxes.events;

import dev.elevo.platform.paging.Seal;
import jakarta.inject.Singleton;
import java.util.OptionalLong;

/** Places in an organization's log, as clients get to see them. */
@Singleton
class StatusCursors {
    private static final String LIST = "events of ";

    private final Seal seal;

    StatusCursors(Seal seal) {
        this.seal = seal;
    }

    String seal(long number, String organizationId) {
        return seal.close(Long.toString(number), LIST + organizationId);
    }

    /** Empty for anything that was not given out here to this organization. */
    OptionalLong open(String cursor, String organizationId) {
        return seal.open(cursor, LIST + organizationId).stream()
                .mapToLong(Long::parseLong)
                .findFirst();
    }
}
