package dev.elevo.agent.network;

import dev.elevo.agent.driver.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The host's network namespaces of one agent, each with a pair of interfaces: many are made, or removed, by one program. What is
 * inside is set up by the helper, which goes there anyway.
 *
 * @param prefix of their names
 */
record Namespaces(String prefix, Path directory) {
    private static final Path ALL = Path.of("/run/netns");
    private static final Duration TIME = Duration.ofSeconds(20);

    static Path path(String name) {
        return ALL.resolve(name);
    }

    Set<String> existing() throws IOException {
        if (!Files.isDirectory(ALL)) {
            return Set.of();
        }
        try (var files = Files.list(ALL)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }

    void make(List<Ruleset.Link> links) throws IOException {
        ip(links, link -> """
                netns add %1$s
                link add %1$s type veth peer name eth0 netns %1$s
                addr add %2$s/30 dev %1$s
                link set %1$s up
                """.formatted(link.name(), link.host()));
    }

    /** The interfaces go with the namespace, once nothing lives in it any more. */
    void remove(Collection<String> names) throws IOException {
        var present = names.stream().filter(name -> Files.exists(path(name))).toList();
        if (!present.isEmpty()) {
            ip(present, name -> "netns delete " + name + "\n");
        }
    }

    private <T> void ip(Collection<T> subjects, Function<T, String> commands) throws IOException {
        var file = Files.createTempFile(directory, "ip", ".batch");
        var log = Path.of(file + ".log");
        try {
            Files.writeString(file, subjects.stream().map(commands).collect(Collectors.joining()));
            Command.run(List.of("ip", "-batch", file.toString()), directory, log, TIME);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(log);
        }
    }
}
