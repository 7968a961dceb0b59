package dev.elevo.agent.process;

import dev.elevo.contract.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** How output bytes become the text of an answer. */
enum OutputEncoding {
    UTF_8 {
        @Override
        String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }

        @Override
        byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    },
    BASE64 {
        @Override
        String text(byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }

        @Override
        byte[] bytes(String text) {
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw Failure.Invalid.field("data", "must be base64", null).causedBy(e);
            }
        }
    };

    abstract String text(byte[] bytes);

    /** What such a text stands for, or 9004. */
    abstract byte[] bytes(String text);

    static OutputEncoding named(@Nullable String name) {
        return "base64".equals(name) ? BASE64 : UTF_8;
    }
}
