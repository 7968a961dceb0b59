package dev.elevo.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.elevo.contract.Area;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The product's own classes, read from the folders the build leaves them in: the agent is on nobody's class path, and tests
 * are not judged.
 */
final class CompiledModules {
    static final JavaClasses ALL = read();

    private CompiledModules() {}

    private static JavaClasses read() {
        var modules = new ArrayList<>(List.of(
                "shared/contract",
                "shared/startup",
                "shared/platform",
                "shared/s3",
                "clients/java",
                "cli",
                "agent",
                "localstack"));
        Stream.of(Area.values()).map(area -> "functions/" + area.areaName()).forEach(modules::add);
        var folders = modules.stream()
                .map(module -> root().resolve(module).resolve("target/classes"))
                .toList();
        assertThat(folders).as("build all modules first").allMatch(Files::isDirectory);
        return new ClassFileImporter().importPaths(folders);
    }

    /** Of the project. */
    static Path root() {
        for (var folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("shared/contract/pom.xml"))) {
                return folder;
            }
        }
        throw new IllegalStateException("not inside the repository");
    }
}
