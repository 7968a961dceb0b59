package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.contract.process.OutputPage.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads one page: from where the reader stands, in the order it was written, never half a character. */
final class OutputPager {
    /** A page holds at least one character, however little was asked for. */
    private static final int LONGEST_CHARACTER = 4;

    private final Output output;
    private final Set<OutputStreamName> streams;
    private final OutputEncoding encoding;
    private final boolean ended;

    private final Map<OutputStreamName, Long> position = new EnumMap<>(OutputStreamName.class);
    private final List<Chunk> chunks = new ArrayList<>();
    private final ByteArrayOutputStream stretch = new ByteArrayOutputStream();
    private @Nullable OutputStreamName stretchStream;
    private long stretchStart;
    private long room;
    private long dropped;

    /** @param ended nothing more will come */
    OutputPager(Output output, Set<OutputStreamName> streams, OutputEncoding encoding, boolean ended) {
        this.output = output;
        this.streams = streams;
        this.encoding = encoding;
        this.ended = ended;
    }

    /**
     * A page.
     *
     * @param dropped bytes missing right before the chunks
     * @param complete there is nothing behind it now
     */
    record Page(List<Chunk> chunks, Output.Point next, long dropped, boolean complete) {}

    Page read(Output.Point from, int limit) throws IOException {
        position.put(OutputStreamName.STDOUT, from.stdout());
        position.put(OutputStreamName.STDERR, from.stderr());
        room = encoding == OutputEncoding.UTF_8 ? Math.max(limit, LONGEST_CHARACTER) : limit;
        var walking = true;
        for (int i = firstUnread(); walking && i < output.points(); i++) {
            var point = output.point(i);
            for (var stream : OutputStreamName.values()) {
                walking = walking && (!streams.contains(stream) || take(stream, point.of(stream)));
            }
        }
        endStretch();
        var complete =
                streams.stream().allMatch(stream -> at(stream) == output.total().of(stream));
        return new Page(
                chunks, new Output.Point(at(OutputStreamName.STDOUT), at(OutputStreamName.STDERR)), dropped, complete);
    }

    /** Binary search: a point has something unread before it if any stream had gone further there. */
    private int firstUnread() throws IOException {
        int low = 0;
        int high = output.points();
        while (low < high) {
            var middle = (low + high) >>> 1;
            var point = output.point(middle);
            if (streams.stream().anyMatch(stream -> point.of(stream) > at(stream))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** Takes the stream up to an offset; false when the page is full. */
    private boolean take(OutputStreamName stream, long end) throws IOException {
        var total = output.total().of(stream);
        while (at(stream) < end) {
            if (room == 0) {
                return false;
            }
            var kept = Math.min(end, KeptEnds.firstKept(at(stream), total, output.most()));
            if (kept > at(stream)) {
                // A gap is told before the chunks, so it can only be at their beginning.
                if (!chunks.isEmpty() || stretch.size() > 0) {
                    return false;
                }
                dropped += kept - at(stream);
                position.put(stream, kept);
                continue;
            }
            if (stream != stretchStream) {
                endStretch();
                stretchStream = stream;
                stretchStart = at(stream);
            }
            var length =
                    Math.min(Math.min(end - at(stream), room), KeptEnds.keptFrom(at(stream), total, output.most()));
            var bytes = output.read(stream, at(stream), (int) length);
            var orphaned = stretch.size() == 0 && isBehindGap(stream) ? Utf8.orphaned(bytes) : 0;
            dropped += orphaned;
            stretchStart += orphaned;
            stretch.write(bytes, orphaned, bytes.length - orphaned);
            position.put(stream, at(stream) + length);
            room -= length;
        }
        return true;
    }

    private boolean isBehindGap(OutputStreamName stream) {
        return encoding == OutputEncoding.UTF_8
                && chunks.isEmpty()
                && at(stream) > output.most()
                && at(stream) == output.total().of(stream) - output.most();
    }

    /** A character that is not whole yet stays for the next time its stream comes up. */
    private void endStretch() {
        if (stretchStream == null) {
            return;
        }
        var stream = stretchStream;
        stretchStream = null;
        var bytes = stretch.toByteArray();
        stretch.reset();
        var length = bytes.length;
        if (encoding == OutputEncoding.UTF_8
                && !(ended && at(stream) == output.total().of(stream))
                && !beforeGap(stream)) {
            length -= Utf8.unfinished(bytes, length);
            position.put(stream, at(stream) - (bytes.length - length));
        }
        if (length > 0) {
            var text = encoding.text(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
            chunks.add(new Chunk(stream.wireName(), text, stretchStart));
        }
    }

    /** What the rest of the character was is gone. */
    private boolean beforeGap(OutputStreamName stream) {
        return KeptEnds.firstKept(at(stream), output.total().of(stream), output.most()) > at(stream);
    }

    private long at(OutputStreamName stream) {
        return position.getOrDefault(stream, 0L);
    }
}
