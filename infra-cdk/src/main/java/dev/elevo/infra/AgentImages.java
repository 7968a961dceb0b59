package dev.elevo.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Where the build of the agent leaves what its images are made of: a zip with a Dockerfile for each template. */
record AgentImages(Path folder) {
    private static final String PREFIX = "microvm-image-";
    private static final String SUFFIX = ".zip";

    /** What a sandbox gets that names none. */
    private static final String FIRST = "base";

    List<String> templates() {
        if (!Files.isRegularFile(zip(FIRST))) {
            throw new IllegalStateException(
                    "The agent's image is not packaged: " + zip(FIRST) + " is missing. Run mvn package first.");
        }
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(PREFIX) && name.endsWith(SUFFIX))
                    .map(name -> name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
                    .sorted(Comparator.comparing((String template) -> !template.equals(FIRST))
                            .thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path zip(String template) {
        return folder.resolve(PREFIX + template + SUFFIX);
    }
}
