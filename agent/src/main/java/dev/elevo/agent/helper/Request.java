package dev.elevo.agent.helper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Builds the frames of {@code enum request} in protocol.h. */
final class Request {
    static final int HEADER = 5;

    /** The most the helper takes in one plain frame. */
    static final int MOST_FRAME = 64 << 10;

    private static final int MOST_EXEC = 6 << 20;
    private static final int MOST_STRINGS = 4096;

    private Request() {}

    static ByteBuffer hello() {
        return frame('H', 0).flip();
    }

    static ByteBuffer list() {
        return frame('L', 0).flip();
    }

    static ByteBuffer attach(long id, long stdoutOffset, long stderrOffset) {
        return frame('A', 24)
                .putLong(id)
                .putLong(stdoutOffset)
                .putLong(stderrOffset)
                .flip();
    }

    static ByteBuffer signal(long id, int signal) {
        return frame('K', 9).putLong(id).put((byte) signal).flip();
    }

    static ByteBuffer resize(long id, ExecRequest.Terminal size) {
        return frame('W', 12)
                .putLong(id)
                .putShort((short) size.rows())
                .putShort((short) size.columns())
                .flip();
    }

    static ByteBuffer begin(long id, int timeoutMs) {
        return frame('B', 12).putLong(id).putInt(timeoutMs).flip();
    }

    static ByteBuffer inspect(int pid) {
        return frame('P', 4).putInt(pid).flip();
    }

    static ByteBuffer terminate(int signal, int waitMs) {
        return frame('T', 5).put((byte) signal).putInt(waitMs).flip();
    }

    static ByteBuffer relay(int port) {
        return frame('R', 2).putShort((short) port).flip();
    }

    static ByteBuffer serve(Role role, String user) {
        return new FrameBuilder('F').u8(role.letter()).text(user).build();
    }

    static ByteBuffer clock(boolean runs) {
        return frame('S', 1).put((byte) (runs ? 1 : 0)).flip();
    }

    static ByteBuffer tree() {
        return frame('Q', 0).flip();
    }

    static ByteBuffer kill(int pid, int signal) {
        return frame('G', 5).putInt(pid).put((byte) signal).flip();
    }

    static ByteBuffer acknowledge(long stdoutOffset, long stderrOffset) {
        return frame('k', 16).putLong(stdoutOffset).putLong(stderrOffset).flip();
    }

    static ByteBuffer forget() {
        return frame('Z', 0).flip();
    }

    static ByteBuffer stdin(byte[] bytes, int from, int length) {
        return frame('I', length).put(bytes, from, length).flip();
    }

    static ByteBuffer typed(byte[] bytes) {
        return frame('J', bytes.length).put(bytes).flip();
    }

    static ByteBuffer endOfStdin() {
        return frame('C', 0).flip();
    }

    /** The input first, if there is any: EXEC takes what came before as its stdin. */
    static ByteBuffer exec(ExecRequest request) throws IOException {
        var user = text(request.user());
        var directory = text(request.directory());
        var arguments = texts(request.arguments());
        var environment = texts(request.environment().entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList());
        var length = 10
                + user.length
                + directory.length
                + 4
                + size(arguments)
                + 4
                + size(environment)
                + 4
                + request.note().length
                + 2 * 4;
        if (length > MOST_EXEC || arguments.size() > MOST_STRINGS || environment.size() > MOST_STRINGS) {
            throw new HelperRefusal(new Reply.Failed(FailedStep.PROGRAM, Errno.E2BIG, "arguments too long"));
        }
        var input = request.stdin() instanceof ExecRequest.GivenInput(var bytes) ? bytes : new byte[0];
        var inputFrames = (input.length + MOST_FRAME - 1) / MOST_FRAME;
        var frames = ByteBuffer.allocate(input.length + (inputFrames + 1) * HEADER + length)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < input.length; from += MOST_FRAME) {
            var part = Math.min(MOST_FRAME, input.length - from);
            header(frames, 'D', part).put(input, from, part);
        }
        header(frames, 'E', length);
        var terminal = request.terminal();
        frames.put((byte) stdinMode(request.stdin()));
        var timeout = request.timeout();
        frames.put((byte) ((terminal == null ? 0 : 1)
                | (request.bareEnvironment() ? 2 : 0)
                | (timeout != null && timeout.warned() ? 4 : 0)));
        frames.putShort((short) (terminal == null ? 0 : terminal.rows()));
        frames.putShort((short) (terminal == null ? 0 : terminal.columns()));
        frames.putInt(timeout == null ? 0 : Math.clamp(timeout.after().toMillis(), 1, Integer.MAX_VALUE));
        put(frames, user);
        put(frames, directory);
        put(frames, arguments);
        put(frames, environment);
        put(frames, request.note());
        return frames.flip();
    }

    private static int stdinMode(ExecRequest.Stdin stdin) {
        return switch (stdin) {
            case ExecRequest.NoInput() -> 0;
            case ExecRequest.GivenInput(var bytes) -> 1;
            case ExecRequest.OpenInput() -> 2;
        };
    }

    private static ByteBuffer frame(char type, int length) {
        return header(ByteBuffer.allocate(HEADER + length).order(ByteOrder.LITTLE_ENDIAN), type, length);
    }

    private static ByteBuffer header(ByteBuffer frames, char type, int length) {
        return frames.put((byte) type).putInt(length);
    }

    private static byte[] text(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a text for the helper has a NUL in it");
        }
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> texts(List<String> texts) {
        var encoded = new ArrayList<byte[]>(texts.size());
        for (var text : texts) {
            encoded.add(text(text));
        }
        return encoded;
    }

    private static int size(List<byte[]> texts) {
        return texts.stream().mapToInt(text -> 4 + text.length).sum();
    }

    private static void put(ByteBuffer frames, byte[] text) {
        frames.putInt(text.length).put(text);
    }

    private static void put(ByteBuffer frames, List<byte[]> texts) {
        frames.putInt(texts.size());
        for (var text : texts) {
            put(frames, text);
        }
    }
}
