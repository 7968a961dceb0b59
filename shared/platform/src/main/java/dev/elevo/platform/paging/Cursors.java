package dev.elevo.platform.paging;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Cursors of lists, under their {@link Seal}. */
@Singleton
final class Cursors {
    private final Seal seal;

    Cursors(@Value("${elevo.cursor.secret:}") String secret) {
        seal = new Seal(secret);
    }

    String seal(Cursor cursor, String list) {
        return seal.close(cursor.spell(), list);
    }

    /** Empty for anything that was not sealed here for this list. */
    Optional<Cursor> open(String text, String list) {
        return seal.open(text, list).flatMap(Cursor::parse);
    }
}
