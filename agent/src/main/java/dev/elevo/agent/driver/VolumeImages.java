package dev.elevo.agent.driver;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.AgentLock;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.VolumeStatus;
import dev.elevo.contract.volume.Filesystem;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volumes as they lie on the host: a file system each, in a sparse file. The owners in it are those that a sandbox sees. All mounts of
 * one share a loop device, which only the helper looks for and lets go of (docs/decisions/0029).
 */
@Singleton
public final class VolumeImages {
    /** What the helper ends with where the kernel does not let it do something. */
    public static final int NOT_ALLOWED = 77;

    private static final Logger LOG = LoggerFactory.getLogger(VolumeImages.class);
    private static final Duration TIME = Duration.ofMinutes(5);
    private static final String ENDING = ".img";
    private static final String UNFINISHED = ".new";
    private static final String SAID = ".said";
    private static final String LOCK = ".img.lock";
    private static final Pattern USAGE = Pattern.compile("-|\\d+ \\d+");

    /** What is in every volume at first: its root, which every user of a sandbox may write to. */
    private static final String EMPTY_XFS = "/\n0 0\nd--777 %1$d %1$d\n$\n".formatted(Templates.USER);

    private final Path directory;
    private final Path helper;

    /** The lock is held from here on: another agent's half-made volumes are not debris. */
    @Inject
    @SuppressWarnings("unused")
    VolumeImages(AgentConfiguration configuration, AgentLock lock) throws IOException {
        this(configuration.directory().resolve("volumes"), configuration.helperProgram());
    }

    VolumeImages(Path directory, Path helper) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.helper = helper;
        Files.createDirectories(directory.resolve("mnt"));
        Files.writeString(directory.resolve("empty.xfs"), EMPTY_XFS);
        for (var ending : List.of(UNFINISHED, SAID)) {
            for (var left : filesEndingWith(ending)) {
                Files.deleteIfExists(left);
            }
        }
        for (var left : filesEndingWith(LOCK)) {
            if (!exists(left.getFileName().toString().replace(LOCK, ""))) {
                Files.deleteIfExists(left);
            }
        }
    }

    /** Whether this host has the program that makes such a one. */
    public boolean canMake(Filesystem filesystem) {
        try {
            run(List.of("mkfs." + filesystem.label(), "-V"));
            return true;
        } catch (IOException e) {
            LOG.info("no volumes of {}: {}", filesystem.label(), e.getMessage());
            return false;
        }
    }

    public boolean exists(String id) {
        return Ids.VOLUME.matches(id) && Files.exists(image(id));
    }

    /** Whole or not at all. */
    public void make(String id, int gigabytes, Filesystem filesystem) throws IOException {
        // A name of its own: what an agent began that was killed may still be writing.
        var part = directory.resolve(UUID.randomUUID() + UNFINISHED);
        try {
            try (var file = new RandomAccessFile(part.toFile(), "rw")) {
                file.setLength(VolumeStatus.bytes(gigabytes));
            }
            run(format(part, filesystem));
            if (filesystem == Filesystem.EXT4) {
                // Later versions of mkfs take it as an option.
                run(List.of("debugfs", "-w", "-R", "set_inode_field <2> mode 040777", part.toString()));
            }
            try (var file = FileChannel.open(part, StandardOpenOption.WRITE)) {
                file.force(true);
            }
            Files.move(part, image(id), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private List<String> format(Path part, Filesystem filesystem) {
        return switch (filesystem) {
            case EXT4 ->
                List.of(
                        "mkfs.ext4",
                        "-q",
                        "-F",
                        "-m0",
                        "-E",
                        "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=%1$d:%1$d"
                                .formatted(Templates.USER),
                        part.toString());
            case XFS ->
                List.of("mkfs.xfs", "-q", "-p", directory.resolve("empty.xfs").toString(), part.toString());
        };
    }

    /**
     * Also while it is mounted.
     *
     * @throws Command.FailedException with {@link #NOT_ALLOWED} where the kernel does not let this agent do it
     */
    public void grow(String id, int gigabytes) throws IOException {
        run(helping("grow", image(id).toString(), Long.toString(VolumeStatus.bytes(gigabytes))));
    }

    /** Whoever has it mounted gets errors from then on. */
    public void remove(String id) throws IOException {
        if (!exists(id)) {
            return;
        }
        // Empty from an earlier try that went no further: no file system any more, and nobody has it.
        if (Files.size(image(id)) > 0) {
            run(helping("cut", image(id).toString()));
        }
        Files.deleteIfExists(image(id));
        Files.deleteIfExists(directory.resolve(id + LOCK));
    }

    public List<String> ids() throws IOException {
        return filesEndingWith(ENDING).stream()
                .map(file -> file.getFileName().toString().replace(ENDING, ""))
                .toList();
    }

    /** Those of them that are there, in one look. */
    public List<VolumeStatus> look(List<String> ids) throws IOException {
        var there = ids.stream().filter(this::exists).toList();
        if (there.isEmpty()) {
            return List.of();
        }
        var words = new ArrayList<>(helping("usage"));
        there.forEach(id -> words.add(image(id).toString()));
        var said = run(words).lines().filter(USAGE.asMatchPredicate()).toList();
        if (said.size() != there.size()) {
            throw new IOException(
                    "the helper told of " + said.size() + " volumes where it was asked for " + there.size());
        }
        var found = new ArrayList<VolumeStatus>();
        for (int i = 0; i < there.size(); i++) {
            var file = image(there.get(i)).toFile();
            if (file.exists()) {
                found.add(new VolumeStatus(there.get(i), file.length(), used(said.get(i))));
            }
        }
        return found;
    }

    private static @Nullable Long used(String said) {
        return said.equals("-") ? null : Long.valueOf(said.substring(said.indexOf(' ') + 1));
    }

    /** What the helper has to do for a sandbox, after its root is there and the ids are known. */
    List<String> options(SandboxSpec spec, Path root) {
        var words = new ArrayList<String>();
        for (var mount : spec.mounts()) {
            words.addAll(List.of(
                    "--volume",
                    image(mount.volumeId()).toString(),
                    mount.subPath() == null ? "" : mount.subPath(),
                    mount.isReadOnly() ? "ro" : "rw",
                    root.toString(),
                    mount.mountPath()));
        }
        return words;
    }

    private Path image(String id) {
        if (!Ids.VOLUME.matches(id)) {
            throw new IllegalArgumentException("no id of a volume: " + id);
        }
        return directory.resolve(id + ENDING);
    }

    private List<String> helping(String... words) {
        return Stream.concat(Stream.of(helper.toString(), "volume"), Stream.of(words))
                .toList();
    }

    private List<Path> filesEndingWith(String ending) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(ending))
                    .toList();
        }
    }

    private String run(List<String> words) throws IOException {
        var log = Files.createTempFile(directory, "", SAID);
        try {
            Command.run(words, directory, log, TIME);
            return Files.readString(log);
        } finally {
            Files.deleteIfExists(log);
        }
    }
}
