package dev.elevo.platform.lambda;

/**
 * What Lambda returns: 6 MB of JSON, in which the answer's own JSON is a string. So its texts are escaped twice there, and a megabyte
 * of zero bytes would be seven.
 */
public final class AnswerSize {
    /** For the texts of an answer. Lambda's limit is 6,291,556 bytes; the rest is left to the headers and the other fields. */
    public static final int MOST_BYTES = 6_000_000;

    /** Of bytes that are answered as such or in base64, which takes a third more and is not escaped. */
    public static final int MOST_BINARY_BYTES = 4 << 20;

    private AnswerSize() {}

    /** A loop and no stream: every answer passes here, and some have megabytes. */
    public static long of(String text) {
        long size = 0;
        for (int i = 0; i < text.length(); i++) {
            size += of(text.charAt(i));
        }
        return size;
    }

    /** What becomes of the character in JSON within JSON. */
    public static int of(int character) {
        return switch (character) {
            case '"', '\\' -> 4;
            case '\b', '\t', '\n', '\f', '\r' -> 3;
            default -> {
                // The encoder spells the halves of a pair like control characters, by their number.
                if (character < ' ' || Character.isSurrogate((char) character)) {
                    yield 7;
                }
                if (character < 0x80) {
                    yield 1;
                }
                yield character < 0x800 ? 2 : 3;
            }
        };
    }
}
