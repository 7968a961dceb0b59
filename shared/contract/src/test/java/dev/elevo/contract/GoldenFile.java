package dev.elevo.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A committed file that others rely on and that the code must reproduce. {@code -Dgolden=write} writes it anew; the diff is
 * then the review.
 *
 * @param path from the root of the repository
 */
public record GoldenFile(String path) {

    public void mustEqual(String actual) {
        var file = repositoryRoot().resolve(path);
        try {
            if ("write".equals(System.getProperty("golden"))) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, actual);
            }
            assertThat(Files.exists(file) ? Files.readString(file) : "")
                    .as("%s is out of date: run the test with -Dgolden=write and review the difference", path)
                    .isEqualTo(actual);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Maven runs a module's tests in the module's folder. */
    private static Path repositoryRoot() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("shared/contract/pom.xml"))) {
                return folder;
            }
        }
        throw new IllegalStateException("not inside the repository");
    }
}
