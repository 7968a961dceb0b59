package dev.elevo.agent.files;

import dev.elevo.agent.helper.Frame;
import dev.elevo.agent.helper.FrameBuilder;
import dev.elevo.agent.helper.HelperProtocolException;
import dev.elevo.agent.helper.RoleConnection;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.SandboxPath;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/** One server of files inside a sandbox, as files.h tells it. Each call is asked and answered before the next. */
final class FileServer implements Closeable {
    static final int FOLLOW = 1;
    static final int PARENTS = 1;
    static final int RECURSIVE = 1;
    static final int OVERWRITE = 2;
    static final int HIDDEN = 2;
    static final int APPEND = 4;
    static final int ATTRIBUTES = 4;
    static final int MODE = 8;
    static final int STAGED = 16;

    /** Of content in one frame. */
    static final int MOST_DATA = 128 << 10;

    private static final int MOST_REPLY = 32 << 10;
    private static final long MOST_NUMBER = Long.MAX_VALUE / 2;
    private static final int RANDOM_BYTES = 12;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final RoleConnection connection;
    private final String user;

    FileServer(RoleConnection connection, String user) {
        this.connection = connection;
        this.user = user;
    }

    String user() {
        return user;
    }

    /** What is announced of content: the file's size, and how many bytes follow. */
    record Announced(long size, long length) {}

    record Written(boolean created, long bytes) {}

    /** What a file is called until all of it is there; nobody can guess it. */
    static String temporaryName() {
        var bytes = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(bytes);
        return ".elevo-" + HexFormat.of().formatHex(bytes);
    }

    /** Whether it is still there; also ends what was begun and not committed. */
    void ping() throws IOException {
        connection.send(new FrameBuilder('A').build());
        done();
    }

    FileInfo stat(String path, int flags) throws IOException {
        connection.send(new FrameBuilder('S').u8(flags).text(path).build());
        return entry(path);
    }

    /** Hands over each as it comes, in no order. */
    void list(String path, int depth, int flags, Consumer<FileInfo> each) throws IOException {
        connection.send(new FrameBuilder('L').u32(depth).u8(flags).text(path).build());
        for (; ; ) {
            var frame = receive();
            if (frame.type() == 'r') {
                return;
            }
            each.accept(Entries.read(expect(frame, 'E'), relative -> SandboxPath.child(path, relative)));
        }
    }

    /** So many bytes follow, to be taken by {@link #take}. */
    Announced read(String path, long offset, long length, long most) throws IOException {
        connection.send(new FrameBuilder('R')
                .u64(offset)
                .u64(length)
                .u64(most)
                .text(path)
                .build());
        var frame = expect(receive(), 'c');
        var announced = new Announced(number(frame), number(frame));
        if (announced.length() > Math.min(length, most)) {
            throw new HelperProtocolException("more content than was asked for");
        }
        return announced;
    }

    /** Some of what was announced; never more than there is room. */
    int take(ByteBuffer target) throws IOException {
        var taken = connection.readRaw(target);
        if (taken < 0) {
            throw new HelperProtocolException("the content ended early");
        }
        return taken;
    }

    /** Content may follow. */
    void begin(String path, int flags, int mode, String temporary) throws IOException {
        connection.send(new FrameBuilder('W')
                .u8(flags)
                .u32(mode)
                .text(path)
                .text(temporary)
                .build());
        expect(receive(), 'y');
    }

    /** At most {@link #MOST_DATA} in all. */
    void add(List<ByteBuffer> content) throws IOException {
        var frame = new ArrayList<ByteBuffer>(content.size() + 1);
        frame.add(FrameBuilder.head(
                'd', content.stream().mapToInt(ByteBuffer::remaining).sum()));
        frame.addAll(content);
        connection.send(frame.toArray(ByteBuffer[]::new));
    }

    /** Why the server ended in the middle of content. */
    IOException whyItEnded(IOException broken) {
        try {
            return unexpected(receive());
        } catch (FileRefusal refusal) {
            return refusal;
        } catch (IOException nothingMore) {
            broken.addSuppressed(nothingMore);
            return broken;
        }
    }

    Written end() throws IOException {
        connection.send(new FrameBuilder('e').build());
        return written();
    }

    void stage() throws IOException {
        connection.send(new FrameBuilder('e').build());
        done();
    }

    /** To be followed by as many {@link #written} as were staged. */
    void commit() throws IOException {
        connection.send(new FrameBuilder('C').build());
    }

    Written written() throws IOException {
        var frame = expect(receive(), 'w');
        return new Written(frame.u8() != 0, number(frame));
    }

    /** Tells whether it was not there before. */
    boolean makeDirectory(String path, int flags, int mode) throws IOException {
        connection.send(new FrameBuilder('M').u8(flags).u32(mode).text(path).build());
        return done() != 0;
    }

    FileInfo copy(String source, String target, int flags, String temporary) throws IOException {
        return twoPaths('Y', source, target, flags, temporary);
    }

    FileInfo move(String source, String target, int flags, String temporary) throws IOException {
        return twoPaths('V', source, target, flags, temporary);
    }

    private FileInfo twoPaths(char type, String source, String target, int flags, String temporary) throws IOException {
        connection.send(new FrameBuilder(type)
                .u8(flags)
                .text(source)
                .text(target)
                .text(temporary)
                .build());
        return entry(target);
    }

    void delete(String path, int flags) throws IOException {
        connection.send(new FrameBuilder('D').u8(flags).text(path).build());
        done();
    }

    FileInfo changeMode(String path, int flags, int mode) throws IOException {
        connection.send(new FrameBuilder('P').u8(flags).u32(mode).text(path).build());
        return entry(path);
    }

    FileInfo changeOwner(String path, int flags, String owner, String group) throws IOException {
        connection.send(new FrameBuilder('O')
                .u8(flags)
                .text(path)
                .text(owner)
                .text(group)
                .build());
        return entry(path);
    }

    private FileInfo entry(String path) throws IOException {
        return Entries.read(expect(receive(), 'E'), ignored -> path);
    }

    private long done() throws IOException {
        return number(expect(receive(), 'r'));
    }

    private Frame receive() throws IOException {
        var frame = connection.receive(MOST_REPLY);
        if (frame.type() == '!') {
            throw new FileRefusal(whose(frame.u8()), frame.u32(), number(frame));
        }
        return frame;
    }

    private static FileRefusal.Whose whose(int number) throws HelperProtocolException {
        return switch (number) {
            case 0 -> FileRefusal.Whose.FIRST;
            case 1 -> FileRefusal.Whose.SECOND;
            case 2 -> FileRefusal.Whose.OWNER;
            default -> throw new HelperProtocolException("a refusal about nothing");
        };
    }

    private static long number(Frame frame) throws HelperProtocolException {
        var number = frame.u64();
        if (number < 0 || number > MOST_NUMBER) {
            throw new HelperProtocolException("number " + number + " out of bounds");
        }
        return number;
    }

    private static Frame expect(Frame frame, char type) throws HelperProtocolException {
        if (frame.type() != type) {
            throw unexpected(frame);
        }
        return frame;
    }

    private static HelperProtocolException unexpected(Frame frame) {
        return new HelperProtocolException("unexpected frame " + frame.type());
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
