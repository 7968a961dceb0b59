package dev.elevo.platform.dynamo;

import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.SandboxTable.LocalIndex;
import dev.elevo.contract.StateTable;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/** Walks one partition in the order of one index, reading keys only. */
public final class KeyWalk {

    /** One item on the way. */
    public record Step(Map<String, AttributeValue> primaryKey, String indexKey) {
        public String id() {
            return required(primaryKey, StateTable.SORT_KEY).s();
        }
    }

    private final DynamoDbClient dynamo;
    private final String table;

    public KeyWalk(DynamoDbClient dynamo, String table) {
        this.dynamo = dynamo;
        this.table = table;
    }

    /**
     * Everything, or what lies beyond the bound; fetched as it is asked for.
     *
     * @param bound of the index keys: those wanted are less when descending, else greater
     */
    public Iterator<Step> walk(String partition, LocalIndex index, boolean descending, @Nullable String bound) {
        var request = QueryRequest.builder()
                .tableName(table)
                .indexName(index.name())
                .consistentRead(true)
                .scanIndexForward(!descending);
        if (bound == null) {
            request.keyConditionExpression("PK = :pk").expressionAttributeValues(Map.of(":pk", string(partition)));
        } else {
            request.keyConditionExpression("PK = :pk AND " + index.sortKey() + (descending ? " < " : " > ") + ":bound")
                    .expressionAttributeValues(Map.of(":pk", string(partition), ":bound", string(bound)));
        }
        return new Pages(request, index);
    }

    /** Fetches as it is asked for: a few keys at first, for most lists are one page, and then more and more of them. */
    private final class Pages implements Iterator<Step> {
        private static final int FIRST = 32;
        private static final int GROWTH = 8;

        /** More than DynamoDB gives in one answer. */
        private static final int MOST = 16_384;

        private final QueryRequest.Builder request;
        private final LocalIndex index;
        private Iterator<Map<String, AttributeValue>> page = Collections.emptyIterator();
        private int size = FIRST;
        private boolean complete;

        Pages(QueryRequest.Builder request, LocalIndex index) {
            this.request = request;
            this.index = index;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && !complete) {
                fetch();
            }
            return page.hasNext();
        }

        @Override
        public Step next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            var item = page.next();
            return new Step(
                    Attributes.keyOf(item), required(item, index.sortKey()).s());
        }

        private void fetch() {
            var answer = dynamo.query(request.limit(size).build());
            page = answer.items().iterator();
            complete = !answer.hasLastEvaluatedKey();
            request.exclusiveStartKey(answer.lastEvaluatedKey());
            size = Math.min(size * GROWTH, MOST);
        }
    }
}
