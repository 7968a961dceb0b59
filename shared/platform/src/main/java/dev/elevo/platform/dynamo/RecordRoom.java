package dev.elevo.platform.dynamo;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a record has room for: DynamoDB keeps items of 400 KB, in which the client's words are one JSON text at the most. */
public final class RecordRoom {
    /** The rest is for all that is not of the client's choice, now and later. */
    public static final int BYTES = 350_000;

    private static final int AROUND_AN_ENTRY = 6;

    private RecordRoom() {}

    public static boolean holds(List<@Nullable Map<String, String>> words) {
        return words.stream().mapToLong(RecordRoom::bytes).sum() <= BYTES;
    }

    @SuppressWarnings("NullAway") // JSON can put a null where the contract has a value; it is refused, but not here
    private static long bytes(@Nullable Map<String, String> map) {
        return map == null
                ? 0
                : map.entrySet().stream()
                        .mapToLong(entry -> AROUND_AN_ENTRY
                                + bytes(entry.getKey())
                                + (entry.getValue() == null ? 0 : bytes(entry.getValue())))
                        .sum();
    }

    private static long bytes(String text) {
        return text.chars().mapToLong(RecordRoom::bytes).sum();
    }

    private static long bytes(int character) {
        if (character == '"' || character == '\\') {
            return 2;
        }
        // Control characters, and as some encoders do the halves of pairs, are spelled by their number.
        if (character < ' ' || Character.isSurrogate((char) character)) {
            return 6;
        }
        return character < 0x80 ? 1 : character < 0x800 ? 2 : 3;
    }
}
