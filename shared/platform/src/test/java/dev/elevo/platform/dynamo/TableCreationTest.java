package dev.elevo.platform.dynamo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.platform.testing.DynamoDbLocal;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

final class TableCreationTest {
    private final DynamoDbClient client = DynamoDbLocal.shared().client();
    private final DynamoConfiguration tables = DynamoDbLocal.shared().unmadeTables();

    @Test
    void the_tables_have_their_keys_indexes_and_expiry() {
        TableCreation.ensure(client, tables);

        assertThat(List.of(tables.table(), tables.sandboxTable())).allSatisfy(table -> {
            assertThat(describe(table).keySchema())
                    .extracting(key -> key.attributeName() + " " + key.keyTypeAsString())
                    .containsExactly(StateTable.PARTITION_KEY + " HASH", StateTable.SORT_KEY + " RANGE");
            assertThat(expiry(table)).isEqualTo(TimeToLiveStatus.ENABLED);
        });
        assertThat(describe(tables.table()).localSecondaryIndexes()).isEmpty();
        assertThat(describe(tables.sandboxTable()).localSecondaryIndexes())
                .extracting(LocalSecondaryIndexDescription::indexName)
                .containsExactlyInAnyOrderElementsOf(SandboxTable.LOCAL_INDEXES.stream()
                        .map(SandboxTable.LocalIndex::name)
                        .toList());
    }

    @Test
    void tables_that_are_there_keep_what_is_in_it() {
        TableCreation.ensure(client, tables);
        client.putItem(request -> request.tableName(tables.table()).item(Attributes.key("P", "S")));

        TableCreation.ensure(client, tables);

        assertThat(client.getItem(request -> request.tableName(tables.table()).key(Attributes.key("P", "S")))
                        .hasItem())
                .isTrue();
    }

    @Test
    void a_table_whose_maker_died_half_way_is_finished() {
        TableCreation.ensure(client, tables);
        client.updateTimeToLive(request -> request.tableName(tables.sandboxTable())
                .timeToLiveSpecification(ttl -> ttl.enabled(false).attributeName(StateTable.TTL)));

        TableCreation.ensure(client, tables);

        assertThat(expiry(tables.sandboxTable())).isEqualTo(TimeToLiveStatus.ENABLED);
    }

    private TableDescription describe(String table) {
        return client.describeTable(request -> request.tableName(table)).table();
    }

    private TimeToLiveStatus expiry(String table) {
        return client.describeTimeToLive(request -> request.tableName(table))
                .timeToLiveDescription()
                .timeToLiveStatus();
    }
}
