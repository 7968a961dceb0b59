package dev.elevo.agent.files;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a watch inside a sandbox says, each about the subscription of a number. */
sealed interface WatchReply {
    int number();

    record Subscribed(int number) implements WatchReply {}

    /**
     * Something has happened.
     *
     * @param oldPath of what was renamed
     */
    record Changed(
            int number,
            String event,
            boolean directory,
            Instant at,
            String path,
            @Nullable String oldPath) implements WatchReply {}

    record Ended(int number, String reason) implements WatchReply {}

    /** It is not, or not wholly, what was asked for. */
    record Failed(int number, Whose whose, int detail) implements WatchReply {}

    /** What a failure is about; the order is that of {@code enum watch_whose}. */
    enum Whose {
        PATH,
        INCLUDE,
        EXCLUDE,
        SUBSCRIPTIONS,
        DIRECTORIES,
        KERNEL
    }
}
