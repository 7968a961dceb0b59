import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Writes the package of a function: what Lambda unpacks to /var/task, with every jar of the run in lib/, on the class path as it is.
 * The entries of the jars are stored, and only the package around them is compressed: one stream over many classes becomes
 * three fifths of what each class for itself becomes, and at a start nothing is inflated. The same jars give the same bytes.
 */
final class LambdaPackage {
    private static final LocalDateTime ONE_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    private LambdaPackage() {}

    /** @param arguments the package, the jar of the function, and the class path of its run, whose folders are what is in that jar */
    static void main(String[] arguments) throws IOException {
        var jars = Stream.concat(
                        Stream.of(Path.of(arguments[1])),
                        Arrays.stream(arguments[2].split(File.pathSeparator)).map(Path::of).filter(Files::isRegularFile))
                .sorted()
                .toList();
        try (var zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[0]))))) {
            for (var jar : jars) {
                zip.putNextEntry(at("lib/" + jar.getFileName()));
                zip.write(stored(jar));
                zip.closeEntry();
            }
        }
    }

    private static byte[] stored(Path jar) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var in = new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar)));
                var out = new ZipOutputStream(bytes)) {
            out.setMethod(ZipOutputStream.STORED);
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                var content = in.readAllBytes();
                out.putNextEntry(stored(entry.getName(), content));
                out.write(content);
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private static ZipEntry stored(String name, byte[] content) {
        var entry = at(name);
        var checksum = new CRC32();
        checksum.update(content);
        entry.setCrc(checksum.getValue());
        entry.setSize(content.length);
        return entry;
    }

    private static ZipEntry at(String name) {
        var entry = new ZipEntry(name);
        entry.setTimeLocal(ONE_TIME);
        return entry;
    }
}
