import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipOutputStream;

/**
 * Writes the package of a function: what Lambda unpacks to /var/task, with every jar of the run in lib/, on the class path as it is, and
 * one more in which they are known. The entries of the jars are stored, and only the package around them is compressed: one stream over
 * many classes becomes three fifths of what each class for itself becomes, and at a start nothing is inflated. The same jars give the
 * same bytes.
 */
final class LambdaPackage {
    private LambdaPackage() {}

    /** @param arguments the package, and of what: see {@link ClassPath} */
    static void main(String[] arguments) throws IOException {
        var jars = ClassPath.of(arguments[1], arguments[2]);
        try (var zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[0]))))) {
            put(zip, "known-services.jar", KnownServicesJar.of(jars));
            for (var jar : jars) {
                put(zip, jar.getFileName().toString(), StoredJar.copyOf(jar));
            }
        }
    }

    private static void put(ZipOutputStream zip, String jar, byte[] content) throws IOException {
        zip.putNextEntry(StoredJar.at("lib/" + jar));
        zip.write(content);
        zip.closeEntry();
    }
}
