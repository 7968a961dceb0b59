package dev.elevo.functions.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

class PartsTest {
    /** DynamoDB knows a transaction that it has made by its token, and makes it no second time. */
    @Test
    void all_attempts_at_one_transaction_are_one_and_another_is_another() {
        var table = new BusyTable();

        assertThat(Parts.write(table, List.of())).isEmpty();
        assertThat(Parts.write(table, List.of())).isEmpty();

        assertThat(table.tokens).hasSize(4).doesNotContainNull();
        assertThat(table.tokens.get(1)).isEqualTo(table.tokens.get(0));
        assertThat(table.tokens.get(3)).isEqualTo(table.tokens.get(2)).isNotEqualTo(table.tokens.get(1));
    }

    /** Every second attempt succeeds. */
    private static final class BusyTable implements DynamoDbClient {
        private final List<String> tokens = new ArrayList<>();

        @Override
        public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
            tokens.add(request.clientRequestToken());
            if (tokens.size() % 2 == 1) {
                throw TransactionConflictException.builder().build();
            }
            return TransactWriteItemsResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return "dynamodb";
        }

        @Override
        public void close() {}
    }
}
