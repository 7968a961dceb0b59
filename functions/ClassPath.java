import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The jars of a run, by name. */
final class ClassPath {
    private ClassPath() {}

    /** @param all as Maven knows it, whose folders are what is in the jar of its own */
    static List<Path> of(String own, String all) {
        return Stream.concat(
                        Stream.of(Path.of(own)),
                        Arrays.stream(all.split(File.pathSeparator)).map(Path::of).filter(Files::isRegularFile))
                .sorted()
                .toList();
    }
}
