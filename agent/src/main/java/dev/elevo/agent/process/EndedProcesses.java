package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
import io.micronaut.serde.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processes of one sandbox that ended in the last ten minutes. Each is one entry in a file that only grows, written with one
 * write: the record, and the output if it is small. A new file is begun every few minutes, old ones are deleted whole.
 */
final class EndedProcesses implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(EndedProcesses.class);
    static final Duration KEPT = Duration.ofMinutes(10);

    private static final Duration PER_FILE = Duration.ofMinutes(5);
    private static final String DROPPED = "dropped-";
    private static final int HEADER = 4 * Integer.BYTES;
    private static final int MAGIC = 0x454C5630;
    private static final int PART_HEADER = 1 + Integer.BYTES;

    private final Path directory;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final long mostOutput;

    private final Map<Long, Entry> byToken = new HashMap<>();
    private final Map<Integer, Entry> byPid = new HashMap<>();
    private @Nullable Volume current;

    private EndedProcesses(Path directory, ObjectMapper json, InstantSource clock, long mostOutput) {
        this.directory = directory;
        this.json = json;
        this.clock = clock;
        this.mostOutput = mostOutput;
    }

    private record Volume(Path path, FileChannel file, Instant begun) {}

    /** @param outputBytes that the output takes in files of its own */
    private record Entry(
            long token,
            int pid,
            @Nullable String onceKey,
            Instant endedAt,
            Path file,
            long at,
            int length,
            long outputBytes) {
        Entry withoutOutput() {
            return new Entry(token, pid, onceKey, endedAt, file, at, length, 0);
        }
    }

    /**
     * With those of a former agent.
     *
     * @param directory of this class and of {@link #outputDirectory}
     * @param mostOutput bytes of output in files; the oldest make room
     */
    static EndedProcesses open(Path directory, ObjectMapper json, InstantSource clock, long mostOutput)
            throws IOException {
        Files.createDirectories(directory);
        var ended = new EndedProcesses(directory, json, clock, mostOutput);
        ended.deleteDropped();
        try (var files = Files.newDirectoryStream(directory, "ended-*")) {
            var sorted = new ArrayList<Path>();
            files.forEach(sorted::add);
            // A pid that came again belongs to the newer process.
            sorted.sort(Comparator.comparing(file -> file.getFileName().toString()));
            for (var file : sorted) {
                ended.index(file);
            }
        }
        return ended;
    }

    Path outputDirectory(long token) {
        return directory.resolve("output-" + Long.toHexString(token));
    }

    synchronized void add(ProcessRecord record, List<OutputPart> output) throws IOException {
        var head = json.writeValueAsBytes(record);
        var outputLength = output.stream()
                .mapToInt(part -> PART_HEADER + part.bytes().length)
                .sum();
        var entry = ByteBuffer.allocate(HEADER + head.length + outputLength);
        entry.putInt(MAGIC).putInt(head.length).putInt(outputLength).putInt(0).put(head);
        for (var part : output) {
            entry.put(part.stream().code()).putInt(part.bytes().length).put(part.bytes());
        }
        entry.flip().putInt(HEADER - Integer.BYTES, checksum(entry));
        var volume = volume();
        var at = volume.file().size();
        var length = entry.remaining();
        write(entry, volume, at);
        remember(new Entry(
                record.note().token(),
                record.pid(),
                record.note().onceKey(),
                record.endedAt(),
                volume.path(),
                at,
                length,
                outputBytes(record)));
        if (record.inFiles()) {
            makeRoom();
        }
    }

    /** All of it or nothing: what comes behind half of one would not be found again. */
    private static void write(ByteBuffer entry, Volume volume, long at) throws IOException {
        try {
            while (entry.hasRemaining()) {
                volume.file().write(entry);
            }
        } catch (IOException e) {
            try {
                volume.file().truncate(at);
            } catch (IOException notEvenThat) {
                e.addSuppressed(notEvenThat);
            }
            throw e;
        }
    }

    private long outputBytes(ProcessRecord record) throws IOException {
        return record.inFiles() ? Directories.size(outputDirectory(record.note().token())) : 0;
    }

    /** How they ended is known on. One that cannot be dropped keeps no other from it. */
    private void makeRoom() {
        var taken = byToken.values().stream().mapToLong(Entry::outputBytes).sum();
        if (taken <= mostOutput) {
            return;
        }
        var oldestFirst = byToken.values().stream()
                .filter(entry -> entry.outputBytes() > 0)
                .sorted(Comparator.comparing(Entry::endedAt))
                .toList();
        for (var entry : oldestFirst) {
            if (taken > mostOutput) {
                taken -= entry.outputBytes();
                dropOrWarn(entry);
            }
        }
    }

    private void dropOrWarn(Entry entry) {
        try {
            drop(entry);
        } catch (IOException e) {
            LOG.warn("the output of process {} takes room on", entry.pid(), e);
        }
    }

    /** At once for whoever opens it now; who has it open reads on. */
    private void drop(Entry entry) throws IOException {
        var dropped = directory.resolve(DROPPED + Long.toHexString(entry.token()));
        if (Files.exists(outputDirectory(entry.token()))) {
            Files.move(outputDirectory(entry.token()), dropped, StandardCopyOption.ATOMIC_MOVE);
        }
        var rest = entry.withoutOutput();
        byToken.put(entry.token(), rest);
        byPid.replace(entry.pid(), entry, rest);
        Directories.delete(dropped);
    }

    private void deleteDropped() throws IOException {
        try (var left = Files.newDirectoryStream(directory, DROPPED + "*")) {
            for (var dropped : left) {
                Directories.delete(dropped);
            }
        }
    }

    synchronized Optional<EndedProcess> withPid(int pid) throws IOException {
        return read(byPid.get(pid));
    }

    synchronized Optional<EndedProcess> withToken(long token) throws IOException {
        return read(byToken.get(token));
    }

    /** Those that may still be read, in the order of their ends. */
    synchronized List<ProcessRecord> records() throws IOException {
        var records = new ArrayList<ProcessRecord>();
        for (var entry : byToken.values()) {
            read(entry).ifPresent(ended -> records.add(ended.record()));
        }
        records.sort(Comparator.comparing(ProcessRecord::endedAt).thenComparingInt(ProcessRecord::pid));
        return records;
    }

    /** Before the record itself, which makes them readable. */
    void keepCharts(long token, KeptCharts charts) throws IOException {
        Files.write(chartsOf(token), json.writeValueAsBytes(charts));
    }

    @Nullable
    KeptCharts charts(ProcessNote note) throws IOException {
        if (!note.why().charts()) {
            return null;
        }
        var file = chartsOf(note.token());
        var kept = Files.exists(file) ? json.readValue(Files.readAllBytes(file), KeptCharts.class) : null;
        return kept == null ? KeptCharts.NONE : kept;
    }

    private Path chartsOf(long token) {
        return directory.resolve("charts-" + Long.toHexString(token));
    }

    synchronized boolean has(long token) {
        return byToken.containsKey(token);
    }

    /** The tokens by the keys they were started with. */
    synchronized Map<String, Long> onceKeys() {
        var keys = new HashMap<String, Long>();
        byToken.values().forEach(entry -> {
            if (entry.onceKey() != null) {
                keys.put(entry.onceKey(), entry.token());
            }
        });
        return keys;
    }

    /** What the results and outputs of this sandbox take on the host's disk. */
    long bytesOnDisk() throws IOException {
        return Directories.size(directory);
    }

    /** Drops what is older than promised; tells the keys that are free again. */
    synchronized List<String> forgetOld() throws IOException {
        deleteDropped();
        var oldest = clock.instant().minus(KEPT);
        var freed = new ArrayList<String>();
        var files = new ArrayList<Path>();
        for (var entry : List.copyOf(byToken.values())) {
            if (entry.endedAt().isBefore(oldest)) {
                byToken.remove(entry.token());
                byPid.remove(entry.pid(), entry);
                if (entry.onceKey() != null) {
                    freed.add(entry.onceKey());
                }
                files.add(entry.file());
                Directories.delete(outputDirectory(entry.token()));
                Files.deleteIfExists(chartsOf(entry.token()));
            }
        }
        for (var file : files) {
            var inUse = byToken.values().stream().anyMatch(entry -> entry.file().equals(file));
            if (!inUse && (current == null || !current.path().equals(file))) {
                Files.deleteIfExists(file);
            }
        }
        return freed;
    }

    private void remember(Entry entry) {
        byToken.put(entry.token(), entry);
        byPid.put(entry.pid(), entry);
    }

    private Volume volume() throws IOException {
        var now = clock.instant();
        var open = current;
        if (open != null && now.isBefore(open.begun().plus(PER_FILE))) {
            return open;
        }
        if (open != null) {
            open.file().close();
        }
        var path = directory.resolve("ended-%015d".formatted(now.toEpochMilli()));
        var file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        var fresh = new Volume(path, file, now);
        current = fresh;
        return fresh;
    }

    private Optional<EndedProcess> read(@Nullable Entry entry) throws IOException {
        if (entry == null || entry.endedAt().isBefore(clock.instant().minus(KEPT))) {
            return Optional.empty();
        }
        var bytes = ByteBuffer.allocate(entry.length());
        try (var file = FileChannel.open(entry.file(), StandardOpenOption.READ)) {
            while (bytes.hasRemaining() && file.read(bytes, entry.at() + bytes.position()) >= 0) {
                // Until all of it is there.
            }
        }
        bytes.flip();
        if (!isWhole(bytes)) {
            throw new IOException("entry of a process damaged in " + entry.file());
        }
        var record = record(bytes);
        var output = record.inFiles()
                ? EndedProcess.files(
                        outputDirectory(entry.token()),
                        record.note().maxBuffer(),
                        Objects.requireNonNullElse(record.written(), Output.Point.START))
                : EndedProcess.small(new SmallOutput(parts(bytes), record.note().maxBuffer()));
        return Optional.of(new EndedProcess(record, output, charts(record.note())));
    }

    /** An entry cut off by a crash ends the file: nothing was written behind it. */
    private void index(Path path) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        while (bytes.remaining() >= HEADER) {
            var at = bytes.position();
            var entry = bytes.slice();
            if (!isWhole(entry)) {
                return;
            }
            var length = length(entry);
            var record = record(entry.slice(0, length));
            remember(new Entry(
                    record.note().token(),
                    record.pid(),
                    record.note().onceKey(),
                    record.endedAt(),
                    path,
                    at,
                    length,
                    outputBytes(record)));
            bytes.position(at + length);
        }
    }

    private static int length(ByteBuffer entry) {
        return HEADER + entry.getInt(Integer.BYTES) + entry.getInt(2 * Integer.BYTES);
    }

    private static boolean isWhole(ByteBuffer entry) {
        if (entry.remaining() < HEADER || entry.getInt(0) != MAGIC) {
            return false;
        }
        var length = length(entry);
        return entry.getInt(Integer.BYTES) >= 0
                && length >= HEADER
                && length <= entry.remaining()
                && entry.getInt(HEADER - Integer.BYTES) == checksum(entry.slice(0, length));
    }

    private static int checksum(ByteBuffer entry) {
        var sum = new CRC32();
        sum.update(entry.slice(HEADER, entry.limit() - HEADER));
        return (int) sum.getValue();
    }

    private ProcessRecord record(ByteBuffer entry) throws IOException {
        var head = new byte[entry.getInt(Integer.BYTES)];
        entry.get(HEADER, head);
        var record = json.readValue(head, ProcessRecord.class);
        if (record == null) {
            throw new IOException("a record is null");
        }
        return record;
    }

    private static List<OutputPart> parts(ByteBuffer entry) {
        var rest = entry.slice(HEADER + entry.getInt(Integer.BYTES), entry.getInt(2 * Integer.BYTES));
        var parts = new ArrayList<OutputPart>();
        while (rest.hasRemaining()) {
            var stream = OutputStreamName.ofCode(rest.get());
            var bytes = new byte[rest.getInt()];
            rest.get(bytes);
            parts.add(new OutputPart(stream, bytes));
        }
        return parts;
    }

    @Override
    public synchronized void close() throws IOException {
        if (current != null) {
            current.file().close();
            current = null;
        }
    }
}
