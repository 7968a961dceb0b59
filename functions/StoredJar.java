import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A jar whose entries are not compressed and have one time: of the same entries always the same bytes. */
final class StoredJar {
    private static final LocalDateTime ONE_TIME = LocalDateTime.of(2026, 1, 1, 0, 0);

    private StoredJar() {}

    static byte[] copyOf(Path jar) throws IOException {
        var entries = new LinkedHashMap<String, byte[]>();
        try (var in = new ZipInputStream(new BufferedInputStream(Files.newInputStream(jar)))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        }
        return of(entries);
    }

    static byte[] of(Map<String, byte[]> entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            out.setMethod(ZipOutputStream.STORED);
            for (var entry : entries.entrySet()) {
                out.putNextEntry(stored(entry.getKey(), entry.getValue()));
                out.write(entry.getValue());
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

    static ZipEntry at(String name) {
        var entry = new ZipEntry(name);
        entry.setTimeLocal(ONE_TIME);
        return entry;
    }
}
