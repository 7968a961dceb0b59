package dev.elevo.contract.files;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import io.micronaut.serde.annotation.Serdeable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription to changes of files is about.
 *
 * @param path a directory, or one file
 * @param recursive also what is below the directories in it
 * @param events which of {@link #EVENTS}; all, unless it says so
 * @param include a glob on the name of what changed
 * @param exclude globs on names; with a slash in it on the path below the directory. Excluded directories are not looked into
 * @param timeoutMs after which it ends by itself; 0 is never
 */
@Serdeable
public record WatchOptions(
        @Nullable String path,
        @Nullable Boolean recursive,
        @Nullable List<String> events,
        @Nullable String include,
        @Nullable List<String> exclude,
        @Nullable Integer timeoutMs) {

    /** In the order of their numbers inside. */
    public static final List<String> EVENTS = List.of("created", "modified", "deleted", "renamed");

    public static final int MOST_GLOBS = 100;
    public static final int LONGEST_GLOB = 1024;

    /** Of a subscription that breaks no rule. */
    public WatchOptions checked() {
        var broken = new ArrayList<FieldError>();
        if (path == null) {
            broken.add(new FieldError("path", "is needed", null));
        }
        for (var event : orEmpty(events)) {
            if (!EVENTS.contains(event)) {
                broken.add(new FieldError("events", "must be of " + String.join(", ", EVENTS), event));
            }
        }
        if (include != null && !isGlob(include)) {
            broken.add(new FieldError("include", "must have 1 to " + LONGEST_GLOB + " characters", null));
        }
        if (orEmpty(exclude).size() > MOST_GLOBS || !orEmpty(exclude).stream().allMatch(WatchOptions::isGlob)) {
            broken.add(new FieldError(
                    "exclude",
                    "must be at most " + MOST_GLOBS + ", each of 1 to " + LONGEST_GLOB + " characters",
                    null));
        }
        if (timeoutMs != null && timeoutMs < 0) {
            broken.add(new FieldError("timeoutMs", "must be at least 0", timeoutMs));
        }
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
        return new WatchOptions(
                SandboxPath.normal(Objects.requireNonNull(path)),
                Boolean.TRUE.equals(recursive),
                List.copyOf(orEmpty(events).isEmpty() ? EVENTS : Set.copyOf(orEmpty(events))),
                include,
                List.copyOf(orEmpty(exclude)),
                Objects.requireNonNullElse(timeoutMs, 0));
    }

    private static boolean isGlob(@Nullable String text) {
        return text != null && !text.isEmpty() && text.length() <= LONGEST_GLOB && text.indexOf('\0') < 0;
    }

    private static List<String> orEmpty(@Nullable List<String> texts) {
        return Objects.requireNonNullElse(texts, List.of());
    }
}
