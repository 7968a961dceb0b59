package dev.elevo.localstack.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.Area;
import dev.elevo.contract.TableAction;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

class HeldToRightsTest {
    private static final DynamoConfiguration TABLES =
            new DynamoConfiguration("elevo", "elevo-sandboxes", "", "us-east-1", 1);

    @TempDir
    Path home;

    private Path file;
    private UsedRights used;

    @BeforeEach
    void begin() {
        file = home.resolve("rights.used");
        used = new UsedRights(file);
    }

    /** One that answers whatever it is asked. */
    private static final class Tables implements DynamoDbClient {
        @Override
        public PutItemResponse putItem(PutItemRequest request) {
            return PutItemResponse.builder().build();
        }

        @Override
        public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
            return BatchGetItemResponse.builder().build();
        }

        @Override
        public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
            return TransactWriteItemsResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() {}
    }

    private DynamoDbClient as(Area area) {
        return HeldToRights.client(area, TABLES, new Tables(), used);
    }

    private static Map<String, AttributeValue> key(String partition) {
        return Map.of("PK", AttributeValue.fromS(partition), "SK", AttributeValue.fromS("0"));
    }

    private static BatchGetItemRequest reading(String table) {
        return BatchGetItemRequest.builder()
                .requestItems(Map.of(
                        table,
                        KeysAndAttributes.builder()
                                .keys(List.of(key("ORG#acme")))
                                .build()))
                .build();
    }

    private Stream<Right> noted() throws IOException {
        return Files.readAllLines(file).stream().map(Right::parse);
    }

    @Test
    void an_action_that_the_area_does_not_name_is_refused_on_a_partition_that_it_knows() {
        assertThatThrownBy(() -> as(Area.ADMIN).batchGetItem(reading(TABLES.table())))
                .isInstanceOf(DynamoDbException.class)
                .hasMessageContaining("AccessDeniedException");
        assertThat(file).doesNotExist();
    }

    @Test
    void each_table_has_actions_of_its_own() {
        assertThatThrownBy(() -> as(Area.GIT)
                        .putItem(put -> put.tableName(TABLES.sandboxTable()).item(key("ORG#acme"))))
                .isInstanceOf(DynamoDbException.class);
        assertThatThrownBy(() -> as(Area.VOLUMES).batchGetItem(reading(TABLES.table())))
                .isInstanceOf(DynamoDbException.class);
        as(Area.VOLUMES).batchGetItem(reading(TABLES.sandboxTable()));
    }

    @Test
    void a_transaction_needs_the_actions_of_its_parts() {
        var put = TransactWriteItem.builder()
                .put(item -> item.tableName(TABLES.table()).item(key("METRICS#1")))
                .build();
        var delete = TransactWriteItem.builder()
                .delete(item -> item.tableName(TABLES.table()).key(key("METRICS#2")))
                .build();
        var docs = as(Area.DOCS);

        docs.transactWriteItems(write -> write.transactItems(List.of(put)));
        assertThatThrownBy(() -> docs.transactWriteItems(write -> write.transactItems(List.of(put, delete))))
                .isInstanceOf(DynamoDbException.class);
    }

    @Test
    void nobody_has_a_right_that_is_not_one_to_items() {
        assertThatThrownBy(() -> as(Area.ADMIN).scan(scan -> scan.tableName(TABLES.table())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_used_is_noted_once() throws IOException {
        var docs = as(Area.DOCS);
        for (var partition : List.of("METRICS#1", "METRICS#2")) {
            docs.putItem(put -> put.tableName(TABLES.table()).item(key(partition)));
        }
        as(Area.VOLUMES).batchGetItem(reading(TABLES.sandboxTable()));

        assertThat(noted())
                .containsExactly(
                        new Right(Area.DOCS, Right.Table.STATE, TableAction.PUT),
                        new Right(Area.VOLUMES, Right.Table.SANDBOXES, TableAction.BATCH_GET));
    }
}
