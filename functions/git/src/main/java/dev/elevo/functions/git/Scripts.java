package dev.elevo.functions.git;

import dev.elevo.platform.git.GitAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What is run in the sandbox, by its own shell, for each call: all of git's steps in one. */
final class Scripts {
    private static final Set<GitAction> FAR =
            EnumSet.of(GitAction.CLONE, GitAction.PUSH, GitAction.PULL, GitAction.FETCH, GitAction.DELETE_BRANCH);
    private static final Map<GitAction, String> TEXTS = new EnumMap<>(GitAction.class);

    static {
        for (var action : GitAction.values()) {
            var own = resource(action.name().toLowerCase(Locale.ROOT));
            TEXTS.put(action, resource("prelude") + (FAR.contains(action) ? resource("remote") : "") + own);
        }
    }

    private Scripts() {}

    static String of(GitAction action) {
        return Objects.requireNonNull(TEXTS.get(action));
    }

    private static String resource(String name) {
        try (var stream = Scripts.class.getResourceAsStream(name + ".sh")) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
