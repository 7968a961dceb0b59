package dev.elevo.platform.testing;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Knows after which paths the fixture was asked. */
@Singleton
@Requires(property = FixtureFunction.SWITCH)
public class FixtureQuestions {
    private final Set<String> paths = ConcurrentHashMap.newKeySet();

    void add(@Nullable String path) {
        if (path != null) {
            paths.add(path);
        }
    }

    public Set<String> paths() {
        return Set.copyOf(paths);
    }
}
