package dev.elevo.agent.lsp;

import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** How long an answer can be. What becomes of a server's message may be far longer than the message. */
final class AnswerBound {
    /** What a function can pass on: Lambda's 6 MB, where an answer's JSON is a text within JSON. */
    static final int PASSED_ON = 6_000_000;

    private final ObjectMapper json;

    AnswerBound(ObjectMapper json) {
        this.json = json;
    }

    /** The answer, or 6004. */
    <T> T check(String serverId, T answer, int most) {
        var size = new Size(most);
        try {
            json.writeValue(size, answer);
            return answer;
        } catch (IOException e) {
            if (size.left < 0) {
                throw LspFailures.requestFailed(serverId, "too_large", "").causedBy(e);
            }
            throw new UncheckedIOException(e);
        }
    }

    private static final class Size extends OutputStream {
        private int left;

        Size(int most) {
            this.left = most;
        }

        @Override
        public void write(int value) throws IOException {
            left -= value == '"' || value == '\\' ? 2 : 1;
            if (left < 0) {
                throw new IOException("the answer is too large");
            }
        }

        @Override
        public void write(byte[] data, int from, int length) throws IOException {
            for (int at = from; at < from + length; at++) {
                write(data[at]);
            }
        }
    }
}
