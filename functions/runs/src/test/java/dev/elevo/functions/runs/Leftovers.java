package dev.elevo.functions.runs;

import dev.elevo.platform.testing.TestTable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What lies in the tables, whoever put it there. */
final class Leftovers {
    private Leftovers() {}

    /** Keys of all that is about the thing of this id, but for the trail and the answers that are remembered. */
    static List<String> of(TestTable table, String id) {
        return Stream.of(table.configuration().table(), table.configuration().sandboxTable())
                .flatMap(name -> items(table, name))
                .map(item -> text(item, "PK") + " " + text(item, "SK"))
                .filter(key -> key.contains(id) && !key.startsWith("AUDIT") && !key.startsWith("IDEM"))
                .toList();
    }

    /** Answers that are kept for those who repeat a request. */
    static void forgetAnswers(TestTable table) {
        var name = table.configuration().table();
        items(table, name)
                .filter(item -> text(item, "PK").startsWith("IDEM"))
                .forEach(item -> table.client()
                        .deleteItem(request ->
                                request.tableName(name).key(Map.of("PK", value(item, "PK"), "SK", value(item, "SK")))));
    }

    private static Stream<Map<String, AttributeValue>> items(TestTable table, String name) {
        return table.client().scanPaginator(request -> request.tableName(name)).items().stream();
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return value(item, name).s();
    }

    private static AttributeValue value(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name));
    }
}
