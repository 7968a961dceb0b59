package dev.elevo.localstack.gateway;

import dev.elevo.contract.Failure;
import dev.elevo.platform.http.TooLarge;
import io.netty.buffer.ByteBuf;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A body as an event carries it. */
record Payload(@Nullable String body, boolean isBase64) {
    private static final Payload NONE = new Payload(null, false);
    private static final Set<String> TEXT = Set.of("application/json", "application/xml", "application/javascript");

    /** The worst that JSON makes of a character: a control character becomes {@code \}{@code u0000}. */
    private static final int MOST_BYTES_OF_A_CHARACTER = 6;

    static Payload of(ByteBuf body, @Nullable String contentType) {
        if (!body.isReadable()) {
            return NONE;
        }
        var text = isText(contentType) ? text(body) : null;
        return text == null ? new Payload(base64(body), true) : new Payload(text, false);
    }

    /** Whether it goes into JSON of so many bytes. */
    static boolean fits(@Nullable String body, int limit) {
        return body == null
                || body.length() <= limit / MOST_BYTES_OF_A_CHARACTER
                || (body.length() <= limit && jsonBytes(body) <= limit);
    }

    /** Of bytes in base64, which makes four of three. */
    private static int mostBinary(int limit) {
        return limit / 4 * 3;
    }

    /**
     * What is told of a body that no function takes.
     *
     * @param size of what was sent; negative where that is not known
     * @param limit of the event
     */
    static Failure tooLarge(String path, long size, boolean isText, int limit) {
        var details = new HashMap<String, Object>();
        details.put("limit", isText ? limit : mostBinary(limit));
        if (size >= 0) {
            details.put("size", size);
        }
        return TooLarge.body(
                "A function takes " + limit + " bytes as JSON has them, which is " + mostBinary(limit)
                        + " of anything that is not text",
                path,
                details);
    }

    /** Every other type is base64 in the cloud, form fields and no type at all too; base64 takes a third more of the limit. */
    static boolean isText(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        var semicolon = contentType.indexOf(';');
        var type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
        return type.startsWith("text/") || TEXT.contains(type);
    }

    /** Null when it is not what its type says: then the bytes have to travel unharmed. */
    private static @Nullable String text(ByteBuf body) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(body.nioBuffer()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static String base64(ByteBuf body) {
        return StandardCharsets.ISO_8859_1
                .decode(Base64.getEncoder().encode(body.nioBuffer()))
                .toString();
    }

    private static long jsonBytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            bytes += jsonBytes(text.charAt(i));
        }
        return bytes;
    }

    private static long jsonBytes(int character) {
        return switch (character) {
            case '"', '\\', '\n', '\r', '\t', '\b', '\f' -> 2;
            default -> {
                if (character < 0x20) {
                    yield 6;
                }
                if (character < 0x80) {
                    yield 1;
                }
                // Either half of a surrogate pair is two of its four bytes.
                yield character < 0x800 || Character.isSurrogate((char) character) ? 2 : 3;
            }
        };
    }
}
