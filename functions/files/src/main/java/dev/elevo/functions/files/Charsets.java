package dev.elevo.functions.files;

import dev.elevo.contract.Failure;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** From text to bytes and back, by the name of a charset or as base64. */
final class Charsets {
    static final String DEFAULT = "utf-8";
    static final String BASE64 = "base64";

    private Charsets() {}

    /** 9004 for a name that nobody knows. */
    static Charset named(@Nullable String name) {
        if (name == null) {
            return StandardCharsets.UTF_8;
        }
        try {
            var charset = Charset.forName(name);
            if (charset.canEncode()) {
                return charset;
            }
        } catch (IllegalArgumentException unknown) {
            throw notKnown(name).causedBy(unknown);
        }
        throw notKnown(name).asException();
    }

    private static Failure notKnown(String name) {
        return Failure.Invalid.field("encoding", "is no charset that is known here", name);
    }

    /** @param field where the content stands in the request */
    static byte[] bytes(String content, @Nullable String encoding, String field) {
        if (!BASE64.equals(encoding)) {
            return content.getBytes(named(encoding));
        }
        try {
            return Base64.getDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            throw Failure.Invalid.field(field, "is not base64", null).causedBy(e);
        }
    }
}
