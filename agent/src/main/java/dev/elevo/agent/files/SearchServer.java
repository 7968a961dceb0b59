package dev.elevo.agent.files;

import dev.elevo.agent.helper.Frame;
import dev.elevo.agent.helper.FrameBuilder;
import dev.elevo.agent.helper.HelperProtocolException;
import dev.elevo.agent.helper.RoleConnection;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepMatch;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One search inside a sandbox, as search.h tells it. It ends with its answer. */
final class SearchServer implements Closeable {
    private static final int ANY_DEPTH = -1;
    private static final int ANY_TYPE = 0;
    private static final int HIDDEN = 1;
    private static final int RANGES = 2;
    private static final int REGEX = 4;
    private static final int FOLD = 1;
    private static final int WORD = 2;
    private static final int BINARY = 4;

    /** A match with the longest lines and the most context there are. */
    private static final int MOST_REPLY = 2 << 20;

    /** What all matches have together, somewhat more than the search itself holds. */
    private static final long MOST_BYTES = 24L << 20;

    private static final int MOST_CONTENT = 4 * 4096;

    private final RoleConnection connection;
    private final AnswerRoom.Growing room;

    SearchServer(RoleConnection connection, AnswerRoom.Growing room) {
        this.connection = connection;
        this.room = room;
    }

    FindResult find(String path, FindRequest request, int timeMs) throws IOException {
        var limit = Objects.requireNonNullElse(request.limit(), FindRequest.DEFAULT_LIMIT);
        connection.send(find(path, request, limit, timeMs));
        var matches = new ArrayList<String>();
        var truncated = answer(limit, 'p', frame -> matches.add(frame.bytes(MOST_REPLY)));
        return new FindResult(matches, truncated);
    }

    GrepResult grep(String path, GrepRequest request, int timeMs) throws IOException {
        var limit = Objects.requireNonNullElse(request.limit(), GrepRequest.DEFAULT_LIMIT);
        var context = Objects.requireNonNullElse(request.context(), 0);
        connection.send(grep(path, request, limit, context, timeMs));
        var matches = new ArrayList<GrepMatch>();
        var truncated = answer(limit, 'm', frame -> matches.add(match(frame, context)));
        return new GrepResult(matches, truncated);
    }

    private static ByteBuffer find(String path, FindRequest request, int limit, int timeMs) {
        var regex = isRegex(request.pattern());
        var pattern = regex ? request.pattern().substring(1, request.pattern().length() - 1) : request.pattern();
        var size = request.sizeRange();
        var modified = request.modifiedRange();
        var frame = new FrameBuilder('f')
                .u32(limit)
                .u32(timeMs)
                .u32(Objects.requireNonNullElse(request.maxDepth(), ANY_DEPTH))
                .u8(flag(request.includeHidden(), HIDDEN)
                        | flag(size != null || modified != null, RANGES)
                        | flag(regex, REGEX))
                .u8(number(request.type()))
                .u64(size == null ? 0 : Objects.requireNonNullElse(size.min(), 0L))
                .u64(size == null ? Long.MAX_VALUE : Objects.requireNonNullElse(size.max(), Long.MAX_VALUE))
                .u64(modified == null ? Long.MIN_VALUE : millis(modified.after(), Long.MIN_VALUE))
                .u64(modified == null ? Long.MAX_VALUE : millis(modified.before(), Long.MAX_VALUE))
                .text(path)
                .text(pattern);
        return texts(frame, request.excludeDirs()).build();
    }

    private static ByteBuffer grep(String path, GrepRequest request, int limit, int context, int timeMs) {
        var frame = new FrameBuilder('g')
                .u32(limit)
                .u32(timeMs)
                .u32(context)
                .u8(flag(Boolean.FALSE.equals(request.caseSensitive()), FOLD)
                        | flag(request.wholeWord(), WORD)
                        | flag(request.searchBinary(), BINARY))
                .text(path)
                .text(request.pattern())
                .text(Objects.requireNonNullElse(request.include(), ""));
        return texts(frame, request.exclude()).build();
    }

    private static boolean isRegex(String pattern) {
        return pattern.length() > 2 && pattern.startsWith("/") && pattern.endsWith("/");
    }

    private static long millis(@Nullable Instant instant, long otherwise) {
        return instant == null ? otherwise : instant.toEpochMilli();
    }

    private static FrameBuilder texts(FrameBuilder frame, @Nullable List<String> texts) {
        var all = Objects.requireNonNullElse(texts, List.<String>of());
        frame.u32(all.size());
        all.forEach(frame::text);
        return frame;
    }

    /** As the kernel numbers them in directories. */
    private static int number(@Nullable FileType type) {
        return switch (type) {
            case null -> ANY_TYPE;
            case FIFO -> 1;
            case CHARACTER -> 2;
            case DIRECTORY -> 4;
            case BLOCK -> 6;
            case FILE -> 8;
            case SYMLINK -> 10;
            case SOCKET -> 12;
        };
    }

    private static int flag(@Nullable Boolean set, int flag) {
        return Boolean.TRUE.equals(set) ? flag : 0;
    }

    private interface Reader {
        void read(Frame frame) throws IOException;
    }

    /** Tells whether there was more. */
    private boolean answer(int limit, char type, Reader reader) throws IOException {
        long left = MOST_BYTES;
        for (int count = 0; ; count++) {
            var frame = connection.receive(MOST_REPLY);
            left -= frame.length();
            if (frame.type() == 'r') {
                return frame.u8() != 0;
            }
            if (frame.type() == '!') {
                throw new SearchRefusal(whose(frame.u8()), frame.u32());
            }
            if (frame.type() != type || count >= limit || left < 0) {
                throw new HelperProtocolException("unexpected frame " + frame.type());
            }
            room.by(frame.length());
            reader.read(frame);
        }
    }

    private static SearchRefusal.Whose whose(int number) throws HelperProtocolException {
        var all = SearchRefusal.Whose.values();
        if (number >= all.length) {
            throw new HelperProtocolException("a refusal about nothing");
        }
        return all[number];
    }

    private static GrepMatch match(Frame frame, int context) throws HelperProtocolException {
        var line = position(frame);
        var column = position(frame);
        var file = frame.bytes(MOST_CONTENT);
        var content = frame.bytes(MOST_CONTENT);
        var before = lines(frame, context);
        var after = lines(frame, context);
        return new GrepMatch(file, line, column, content, context > 0 ? before : null, context > 0 ? after : null);
    }

    private static long position(Frame frame) throws HelperProtocolException {
        var number = frame.u64();
        if (number < 1 || number > Long.MAX_VALUE / 2) {
            throw new HelperProtocolException("a place " + number);
        }
        return number;
    }

    private static List<String> lines(Frame frame, int most) throws HelperProtocolException {
        var count = frame.u32();
        if (count < 0 || count > most) {
            throw new HelperProtocolException(count + " lines of context");
        }
        var lines = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            lines.add(frame.bytes(MOST_CONTENT));
        }
        return List.copyOf(lines);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
