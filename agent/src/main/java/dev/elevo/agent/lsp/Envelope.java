package dev.elevo.agent.lsp;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a message is about and how much it is, found without making anything of it: as objects, the shortest values take many times
 * the room that they have in a message.
 *
 * @param id null for what wants no answer
 * @param method null for an answer
 * @param parts names, values, beginnings and ends
 */
record Envelope(@Nullable Id id, @Nullable String method, int parts) {
    static final int MOST_PARTS = 200_000;
    private static final int LONGEST = 200;

    /** Of the server or of us: whoever has made it gets it back as it was. */
    record Id(String text, boolean isNumber) {}

    static Envelope of(byte[] message) throws BrokenServerException {
        try (var reader =
                new JsonReader(new InputStreamReader(new ByteArrayInputStream(message), StandardCharsets.UTF_8))) {
            return new Scan(reader).envelope();
        } catch (BrokenServerException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new BrokenServerException("garbage", e);
        }
    }

    private static final class Scan {
        private final JsonReader reader;
        private @Nullable Id id;
        private @Nullable String method;

        Scan(JsonReader reader) {
            this.reader = reader;
        }

        Envelope envelope() throws IOException {
            reader.beginObject();
            var depth = 1;
            var parts = 1;
            for (; depth > 0; parts++) {
                if (parts > MOST_PARTS) {
                    throw new BrokenServerException("message_too_large");
                }
                depth += step(depth == 1);
            }
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new BrokenServerException("garbage");
            }
            return new Envelope(id, method, parts);
        }

        /** How much deeper we are after it. */
        private int step(boolean isOutermost) throws IOException {
            switch (reader.peek()) {
                case BEGIN_ARRAY -> reader.beginArray();
                case BEGIN_OBJECT -> reader.beginObject();
                case END_ARRAY -> {
                    reader.endArray();
                    return -1;
                }
                case END_OBJECT -> {
                    reader.endObject();
                    return -1;
                }
                case NAME -> {
                    if (isOutermost) {
                        name(reader.nextName());
                    } else {
                        reader.skipValue();
                    }
                    return 0;
                }
                case STRING, NUMBER, BOOLEAN, NULL -> {
                    reader.skipValue();
                    return 0;
                }
                case END_DOCUMENT -> throw new BrokenServerException("garbage");
            }
            return 1;
        }

        private void name(String name) throws IOException {
            var kind = reader.peek();
            if (name.equals("id") && (kind == JsonToken.STRING || kind == JsonToken.NUMBER)) {
                id = new Id(text(), kind == JsonToken.NUMBER);
            } else if (name.equals("method") && kind == JsonToken.STRING) {
                method = text();
            }
        }

        private String text() throws IOException {
            var text = reader.nextString();
            if (text.length() > LONGEST) {
                throw new BrokenServerException("garbage");
            }
            return text;
        }
    }
}
