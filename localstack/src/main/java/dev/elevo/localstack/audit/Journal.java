package dev.elevo.localstack.audit;

import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Events in a file, one behind the other. What was appended survives the process, however it ends. */
final class Journal implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final int MOST_BYTES = 1 << 20;

    private final Path path;
    private RandomAccessFile file;
    private int events;

    private Journal(Path path, RandomAccessFile file, int events) {
        this.path = path;
        this.file = file;
        this.events = events;
    }

    /** Of a former process. The last one may be torn: then what it was about was never begun, or its answer never left. */
    static List<AuditEvent> read(Path path) throws IOException {
        var events = new ArrayList<AuditEvent>();
        var left = Files.exists(path) ? ByteBuffer.wrap(Files.readAllBytes(path)) : ByteBuffer.allocate(0);
        while (left.remaining() >= Integer.BYTES) {
            var size = left.getInt();
            if (size <= 0 || size > left.remaining()) {
                break;
            }
            var bytes = new byte[size];
            left.get(bytes);
            try {
                events.add(event(bytes));
            } catch (IOException | RuntimeException e) {
                var damaged = path.resolveSibling(path.getFileName() + ".damaged");
                Files.copy(path, damaged, StandardCopyOption.REPLACE_EXISTING);
                LOG.warn("the journal of the audit trail ends in what nobody can read, see {}", damaged, e);
                break;
            }
        }
        return events;
    }

    /** In the place of what was there, and with these. */
    static Journal begin(Path path, Collection<AuditEvent> events) throws IOException {
        return new Journal(path, write(path, events), events.size());
    }

    private static RandomAccessFile write(Path path, Collection<AuditEvent> events) throws IOException {
        var next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        // No channel: that is closed for everybody when a thread is interrupted over it.
        var file = new RandomAccessFile(next.toFile(), "rw");
        try {
            for (var event : events) {
                append(file, event);
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Wholly or not at all. */
    void append(AuditEvent event) throws IOException {
        append(file, event);
        events++;
    }

    private static void append(RandomAccessFile file, AuditEvent event) throws IOException {
        var bytes = bytes(event);
        var frame = ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes);
        var before = file.getFilePointer();
        try {
            file.write(frame.array());
        } catch (IOException e) {
            file.setLength(before);
            throw e;
        }
    }

    /**
     * Whether it is worth while to write it anew: it is long, and less than half of it is needed. While the table is away nearly all
     * is needed, and to write all that again and again would be work without end.
     */
    boolean isLong(int needed) throws IOException {
        return file.getFilePointer() > MOST_BYTES && needed <= events / 2;
    }

    /** Nothing but these is of use any more. */
    void keepOnly(Collection<AuditEvent> needed) throws IOException {
        var former = file;
        file = write(path, needed);
        events = needed.size();
        former.close();
    }

    private static byte[] bytes(AuditEvent event) throws IOException {
        var bytes = new ByteArrayOutputStream(512);
        var out = new DataOutputStream(bytes);
        for (var text : List.of(event.id(), event.organizationId(), event.type())) {
            out.writeUTF(text);
        }
        writeOptional(out, event.userId());
        writeOptional(out, event.keyId());
        for (var text :
                List.of(event.resource(), event.action(), event.outcome().label())) {
            out.writeUTF(text);
        }
        for (var text :
                List.of(event.timestamp().toString(), event.requestId(), event.clientType(), event.remoteAddr())) {
            out.writeUTF(text);
        }
        out.writeInt(event.metadata().size());
        for (var entry : event.metadata().entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeUTF(entry.getValue());
        }
        return bytes.toByteArray();
    }

    private static AuditEvent event(byte[] bytes) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(bytes));
        return new AuditEvent(
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                readOptional(in),
                readOptional(in),
                in.readUTF(),
                in.readUTF(),
                Outcome.of(in.readUTF()),
                Instant.parse(in.readUTF()),
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                readMap(in));
    }

    private static Map<String, String> readMap(DataInputStream in) throws IOException {
        var map = new HashMap<String, String>();
        for (var left = in.readInt(); left > 0; left--) {
            map.put(in.readUTF(), in.readUTF());
        }
        return map;
    }

    private static void writeOptional(DataOutputStream out, @Nullable String text) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            out.writeUTF(text);
        }
    }

    private static @Nullable String readOptional(DataInputStream in) throws IOException {
        return in.readBoolean() ? in.readUTF() : null;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
