package dev.elevo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the service is and by which key it knows us: what the environment says; else the local run whose home is near.
 *
 * @param source where that was found
 */
record CliConfiguration(String apiUrl, String apiKey, String source) {
    private static final String URL = "WORKSPACE_API_URL";
    private static final String KEY = "WORKSPACE_API_KEY";
    private static final Pattern URL_OF_RUN = Pattern.compile("\"url\"\\s*:\\s*\"([^\"]+)\"");

    static CliConfiguration find() {
        return find(System.getenv(), Path.of("").toAbsolutePath());
    }

    static CliConfiguration find(Map<String, String> environment, Path directory) {
        var url = environment.getOrDefault(URL, "");
        var key = environment.getOrDefault(KEY, "");
        if (!url.isEmpty()) {
            if (key.isEmpty()) {
                // The key of the local run is no business of another service.
                throw new CliException(URL + " is set, " + KEY + " is not");
            }
            return new CliConfiguration(url, key, "the environment");
        }
        var home = home(environment, directory)
                .orElseThrow(() -> new CliException("no service: nothing runs on " + whereItWasLookedFor(environment)
                        + "; start it with ./elevo up, or set " + URL + " and " + KEY));
        try {
            var ready = URL_OF_RUN.matcher(Files.readString(home.resolve("ready.json")));
            if (!ready.find()) {
                throw new CliException(home.resolve("ready.json") + " names no address");
            }
            if (key.isEmpty()) {
                key = Files.readString(home.resolve("admin.key")).strip();
            }
            return new CliConfiguration(ready.group(1), key, home.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What our terminal is called. */
    static @Nullable String term() {
        return System.getenv("TERM");
    }

    private static String whereItWasLookedFor(Map<String, String> environment) {
        var named = environment.getOrDefault("ELEVO_HOME", "");
        return named.isEmpty() ? "an .elevo here or above (ELEVO_HOME names another place)" : named;
    }

    /** Of a run that is up. */
    private static Optional<Path> home(Map<String, String> environment, Path directory) {
        var named = environment.getOrDefault("ELEVO_HOME", "");
        var candidates = named.isEmpty()
                ? Stream.iterate(directory, Objects::nonNull, Path::getParent).map(above -> above.resolve(".elevo"))
                : Stream.of(directory.resolve(named));
        return candidates
                .filter(home -> Files.isReadable(home.resolve("ready.json")))
                .findFirst();
    }
}
