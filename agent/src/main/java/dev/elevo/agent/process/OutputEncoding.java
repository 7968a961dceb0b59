package dev.elevo.agent.process;

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
    },
    BASE64 {
        @Override
        String text(byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
    };

    abstract String text(byte[] bytes);

    static OutputEncoding named(@Nullable String name) {
        return "base64".equals(name) ? BASE64 : UTF_8;
    }
}
