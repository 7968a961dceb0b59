package dev.elevo.functions.docs;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What the build laid beside the classes. */
final class Texts {
    private Texts() {}

    static byte[] read(String name) {
        try (var text = Texts.class.getResourceAsStream("/" + name)) {
            if (text == null) {
                throw new IllegalStateException("the build has left out " + name);
            }
            return text.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
