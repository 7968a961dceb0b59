package dev.elevo.platform.dynamo;

import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Makes the tables where no CloudFormation does: the local run and the tests. */
public final class TableCreation {
    private TableCreation() {}

    /** Returns when both tables can be used; one that is there already stays as it is. */
    public static void ensure(DynamoDbClient client, DynamoConfiguration configuration) {
        ensure(client, keyed(configuration.table()).build());
        ensure(
                client,
                keyed(configuration.sandboxTable())
                        .attributeDefinitions(attributes())
                        .localSecondaryIndexes(indexes())
                        .build());
    }

    private static CreateTableRequest.Builder keyed(String table) {
        return CreateTableRequest.builder()
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(string(StateTable.PARTITION_KEY), string(StateTable.SORT_KEY))
                .keySchema(keys(StateTable.SORT_KEY));
    }

    private static void ensure(DynamoDbClient client, CreateTableRequest shape) {
        var table = shape.tableName();
        try {
            client.createTable(shape);
        } catch (ResourceInUseException e) {
            // Made by an earlier start, which may have died before it came to the next step.
        }
        client.waiter().waitUntilTableExists(request -> request.tableName(table));
        if (!forgets(client, table)) {
            client.updateTimeToLive(request -> request.tableName(table)
                    .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName(StateTable.TTL)));
        }
    }

    private static boolean forgets(DynamoDbClient client, String table) {
        return switch (client.describeTimeToLive(request -> request.tableName(table))
                .timeToLiveDescription()
                .timeToLiveStatus()) {
            case ENABLED, ENABLING -> true;
            case DISABLED, DISABLING, UNKNOWN_TO_SDK_VERSION -> false;
        };
    }

    private static List<AttributeDefinition> attributes() {
        var attributes = new ArrayList<AttributeDefinition>();
        attributes.add(string(StateTable.PARTITION_KEY));
        attributes.add(string(StateTable.SORT_KEY));
        SandboxTable.LOCAL_INDEXES.forEach(index -> attributes.add(string(index.sortKey())));
        return attributes;
    }

    private static List<LocalSecondaryIndex> indexes() {
        return SandboxTable.LOCAL_INDEXES.stream()
                .map(index -> LocalSecondaryIndex.builder()
                        .indexName(index.name())
                        .keySchema(keys(index.sortKey()))
                        .projection(projection -> projection.projectionType(ProjectionType.KEYS_ONLY))
                        .build())
                .toList();
    }

    private static AttributeDefinition string(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    private static List<KeySchemaElement> keys(String sortKey) {
        return List.of(key(StateTable.PARTITION_KEY, KeyType.HASH), key(sortKey, KeyType.RANGE));
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }
}
