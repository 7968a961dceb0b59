package dev.elevo.platform.dynamo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.testing.DynamoDbLocal;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

final class TableCreationTest {
    private final DynamoDbClient client = DynamoDbLocal.shared().client();
    private final String table = "test-" + UUID.randomUUID();

    @Test
    void the_table_has_its_keys_indexes_and_expiry() {
        TableCreation.ensure(client, table);

        var made = client.describeTable(request -> request.tableName(table)).table();
        assertThat(made.keySchema())
                .extracting(key -> key.attributeName() + " " + key.keyTypeAsString())
                .containsExactly(StateTable.PARTITION_KEY + " HASH", StateTable.SORT_KEY + " RANGE");
        assertThat(made.localSecondaryIndexes())
                .extracting(LocalSecondaryIndexDescription::indexName)
                .containsExactlyInAnyOrderElementsOf(StateTable.LOCAL_INDEXES.stream()
                        .map(StateTable.LocalIndex::name)
                        .toList());
        assertThat(expiry()).isEqualTo(TimeToLiveStatus.ENABLED);
    }

    @Test
    void a_table_that_is_there_keeps_what_is_in_it() {
        TableCreation.ensure(client, table);
        client.putItem(request -> request.tableName(table).item(Attributes.key("P", "S")));

        TableCreation.ensure(client, table);

        assertThat(client.getItem(request -> request.tableName(table).key(Attributes.key("P", "S")))
                        .hasItem())
                .isTrue();
    }

    @Test
    void a_table_whose_maker_died_half_way_is_finished() {
        TableCreation.ensure(client, table);
        client.updateTimeToLive(request -> request.tableName(table)
                .timeToLiveSpecification(ttl -> ttl.enabled(false).attributeName(StateTable.TTL)));

        TableCreation.ensure(client, table);

        assertThat(expiry()).isEqualTo(TimeToLiveStatus.ENABLED);
    }

    private TimeToLiveStatus expiry() {
        return client.describeTimeToLive(request -> request.tableName(table))
                .timeToLiveDescription()
                .timeToLiveStatus();
    }
}
