package dev.elevo.agent.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A place in the output of one process: everything before it was read.
 *
 * @param process the token of the process; a cursor of another one that had the same pid must not fit
 */
record Cursor(long process, Output.Point read) {
    private static final int BYTES = 3 * Long.BYTES;

    static Cursor parse(@Nullable String text, long process, Output.Point total) {
        if (text == null || text.isEmpty()) {
            return new Cursor(process, Output.Point.START);
        }
        try {
            var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (bytes.remaining() == BYTES) {
                var cursor = new Cursor(bytes.getLong(), new Output.Point(bytes.getLong(), bytes.getLong()));
                if (cursor.process == process && cursor.isWithin(total)) {
                    return cursor;
                }
            }
        } catch (IllegalArgumentException notBase64) {
            throw bad().causedBy(notBase64);
        }
        throw bad().asException();
    }

    private boolean isWithin(Output.Point total) {
        return read.stdout() >= 0
                && read.stdout() <= total.stdout()
                && read.stderr() >= 0
                && read.stderr() <= total.stderr();
    }

    private static Failure bad() {
        return new Failure.Refused(ErrorCode.INVALID_REQUEST, "cursor is not one of this process");
    }

    String text() {
        var bytes = ByteBuffer.allocate(BYTES)
                .putLong(process)
                .putLong(read.stdout())
                .putLong(read.stderr());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
}
