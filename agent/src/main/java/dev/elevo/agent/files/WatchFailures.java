package dev.elevo.agent.files;

import dev.elevo.agent.helper.Errno;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.files.WatchOptions;
import java.util.Map;
import java.util.Objects;

/** Why something is not watched, as the API says it. */
final class WatchFailures {
    static final int MOST_SUBSCRIPTIONS = 10;

    private WatchFailures() {}

    static Failure of(WatchReply.Failed failed, WatchOptions options) {
        return switch (failed.whose()) {
            case PATH ->
                FileFailures.of(
                        new FileRefusal(FileRefusal.Whose.FIRST, failed.detail(), 0),
                        new FileFailures.Asked.Existing(Objects.requireNonNull(options.path())));
            case INCLUDE -> Failure.Invalid.field("include", "is no glob", options.include());
            case EXCLUDE -> Failure.Invalid.field("exclude[" + failed.detail() + "]", "is no glob", null);
            case SUBSCRIPTIONS -> tooManySubscriptions();
            case DIRECTORIES ->
                exhausted("There are more directories than can be watched", "directories", failed.detail());
            case KERNEL -> kernel(failed.detail());
        };
    }

    static Failure tooManySubscriptions() {
        return exhausted("The connection has all the subscriptions it may have", "subscriptions", MOST_SUBSCRIPTIONS);
    }

    static Failure tooManyWatches(int limit) {
        return exhausted("There are too many watches in this sandbox", "watches", limit);
    }

    private static Failure exhausted(String message, String resource, int limit) {
        return new Failure.Refused(ErrorCode.RESOURCE_EXHAUSTED, message, Map.of("resource", resource, "limit", limit));
    }

    private static Failure kernel(int errno) {
        var resource = switch (errno) {
            case Errno.ENOSPC -> "fs.inotify.max_user_watches";
            case Errno.EMFILE -> "fs.inotify.max_user_instances";
            default -> "memory";
        };
        return new Failure.Refused(
                ErrorCode.RESOURCE_EXHAUSTED, "The kernel watches no more than this", Map.of("resource", resource));
    }
}
