package dev.elevo.agent.network;

import dev.elevo.contract.sandbox.NetworkConfig;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/** What every network was last told to be, for the next agent: the rules can be lost, and names are answered by nobody else. */
record Notes(Path directory, ObjectMapper json) {
    private static final String ENDING = ".policy";

    void write(String name, NetworkConfig network) throws IOException {
        var written = Files.write(directory.resolve(name + ENDING + ".new"), json.writeValueAsBytes(network));
        Files.move(written, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Optional<NetworkConfig> read(String name) throws IOException {
        return Files.exists(file(name))
                ? Optional.ofNullable(json.readValue(Files.readAllBytes(file(name)), NetworkConfig.class))
                : Optional.empty();
    }

    void remove(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    List<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> name.substring(0, name.length() - ENDING.length()))
                    .toList();
        }
    }

    private Path file(String name) {
        return directory.resolve(name + ENDING);
    }
}
