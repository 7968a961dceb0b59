package dev.elevo.agent.driver;

import dev.elevo.agent.AgentConfiguration;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where slots are. What has no name here was never made by this agent. */
@Singleton
public final class Places {
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);

    private final String home;
    private final Path directory;
    private final Path runtimeDirectory;

    Places(AgentConfiguration configuration) throws IOException {
        home = hash(configuration.directory());
        directory = Files.createDirectories(configuration.directory().resolve("slots"));
        runtimeDirectory = runtimeDirectory(home);
    }

    /** Eight hexadecimal digits that tell this agent from others on the host. */
    String home() {
        return home;
    }

    /** Where connections of clients are handed to us. */
    public Path door() {
        return runtimeDirectory.resolve("door");
    }

    /** Nobody else has it: its directory is made here. */
    public Slot fresh() throws IOException {
        var first = ThreadLocalRandom.current().nextInt(1, Slot.MOST);
        for (int i = 0; i < Slot.MOST - 1; i++) {
            var slot = numbered((first - 1 + i) % (Slot.MOST - 1) + 1);
            try {
                Files.createDirectory(slot.directory());
                return slot;
            } catch (FileAlreadyExistsException taken) {
                LOG.debug("slot {} is taken", slot.name());
            }
        }
        throw new IOException("all " + (Slot.MOST - 1) + " places are taken");
    }

    /** No sandbox ever lives in it. */
    Slot trial() {
        return numbered(0);
    }

    private Slot numbered(int number) {
        return named(HexFormat.of().toHexDigits((short) number));
    }

    public Slot named(String name) {
        return new Slot(name, directory.resolve(name), runtimeDirectory);
    }

    /** All that were ever made and not removed. */
    public List<Slot> existing() throws IOException {
        try (var slots = Files.list(directory)) {
            return slots.map(slot -> named(slot.getFileName().toString())).toList();
        }
    }

    /** Where nothing runs any more nothing stays. */
    @PreDestroy
    void leave() throws IOException {
        try {
            Files.deleteIfExists(runtimeDirectory.resolve(Slot.RUNTIME_STATE));
            Files.deleteIfExists(runtimeDirectory);
        } catch (DirectoryNotEmptyException sandboxesGoOn) {
            LOG.debug("sandboxes go on: {}", sandboxesGoOn.getMessage());
        }
    }

    /** Short, because a socket's path has 107 bytes, and of memory, because nothing in it outlives a boot. */
    private static Path runtimeDirectory(String home) throws IOException {
        var shared = Files.isWritable(Path.of("/run"))
                ? Path.of("/run/elevo")
                : Path.of(System.getProperty("java.io.tmpdir"), "elevo-" + Rights.outerUser());
        ours(shared, "rwxr-xr-x");
        ours(shared.resolve(Slot.ROOT), "rwxr-xr-x");
        return ours(shared.resolve(home), "rwx------");
    }

    /** Where everybody may write, somebody who means no good may have taken the name. */
    private static Path ours(Path directory, String mode) throws IOException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException found) {
            var owner = Files.getAttribute(directory, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (!owner.equals(Rights.user()) || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(directory + " is not a directory of ours", found);
            }
        }
        Templates.mode(directory, mode);
        return directory;
    }

    private static String hash(Path directory) {
        var crc = new CRC32();
        crc.update(directory.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
