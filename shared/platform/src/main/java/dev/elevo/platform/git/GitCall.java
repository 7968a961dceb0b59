package dev.elevo.platform.git;

import io.micronaut.serde.annotation.Serdeable;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of a call to read what its git said. It goes with the run as its mark, and never holds a secret.
 *
 * @param name what the call is about: a remote, a branch
 * @param variant how it is to be answered: a format, a mode, an action
 * @param page of a list; 0 is all of it
 * @param limit of a page
 */
@Serdeable
public record GitCall(
        GitAction action,
        String path,
        @Nullable String name,
        @Nullable String variant,
        int page,
        int limit) {

    public static GitCall of(GitAction action, String path) {
        return new GitCall(action, path, null, null, 0, 0);
    }

    public GitCall about(@Nullable String what) {
        return new GitCall(action, path, what, variant, page, limit);
    }

    public GitCall as(@Nullable String how) {
        return new GitCall(action, path, name, how, page, limit);
    }

    public GitCall paged(int number, int size) {
        return new GitCall(action, path, name, variant, number, size);
    }

    boolean isPaged() {
        return limit > 0;
    }
}
