package dev.elevo.infra;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tables with the state of another time, which DynamoDB restores under other names only: the stack leads to them, and leaves its
 * own alone.
 *
 * @param stream of the state table
 */
record RestoredTables(String table, String stream, String sandboxes) {
    private static final Pattern ENTRY = Pattern.compile(
            "(arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\\d{12}:table/[A-Za-z0-9_.-]+)(/stream/[^,\\s]+),([A-Za-z0-9_.-]+)");

    /** @param text the ARN of the first one's stream and the name of the second; empty for none */
    static Optional<RestoredTables> read(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        var entry = ENTRY.matcher(text);
        if (!entry.matches()) {
            throw new IllegalArgumentException("ELEVO_RESTORED_TABLES is \"" + text
                    + "\"; it is the ARN of the state table's stream, a comma, and the name of the sandboxes' table");
        }
        return Optional.of(new RestoredTables(entry.group(1), entry.group(1) + entry.group(2), entry.group(3)));
    }
}
