package dev.elevo.platform.dynamo;

import dev.elevo.contract.StateTable;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverterProvider;
import software.amazon.awssdk.enhanced.dynamodb.AttributeValueType;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Expression;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;
import software.amazon.awssdk.enhanced.dynamodb.model.PutItemEnhancedRequest;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Records that are written and read whole. As documents and not as beans: a schema by reflection costs a cold start more than
 * all the reads of its first minute.
 */
public final class StateDocuments {
    private static final String VERSION = "version";

    private final DynamoDbTable<EnhancedDocument> table;

    private StateDocuments(DynamoDbTable<EnhancedDocument> table) {
        this.table = table;
    }

    public static StateDocuments of(DynamoDbEnhancedClient client, DynamoConfiguration configuration) {
        return new StateDocuments(client.table(
                configuration.table(),
                TableSchema.documentSchemaBuilder()
                        .addIndexPartitionKey(
                                TableMetadata.primaryIndexName(), StateTable.PARTITION_KEY, AttributeValueType.S)
                        .addIndexSortKey(TableMetadata.primaryIndexName(), StateTable.SORT_KEY, AttributeValueType.S)
                        .attributeConverterProviders(AttributeConverterProvider.defaultProvider())
                        .build()));
    }

    public Optional<EnhancedDocument> find(String partition, String sort) {
        var key = Key.builder().partitionValue(partition).sortValue(sort).build();
        return Optional.ofNullable(table.getItem(get -> get.key(key).consistentRead(true)));
    }

    public void put(String partition, String sort, EnhancedDocument document) {
        table.putItem(keyed(partition, sort, document).build());
    }

    /** The table forgets it some time after the given one. */
    public void putUntil(String partition, String sort, EnhancedDocument document, Instant end) {
        table.putItem(keyed(partition, sort, document)
                .putNumber(StateTable.TTL, end.getEpochSecond())
                .build());
    }

    /** Unless a newer version of it is there. */
    public void putNewest(String partition, String sort, EnhancedDocument document, long version) {
        var item = keyed(partition, sort, document).putNumber(VERSION, version).build();
        try {
            table.putItem(PutItemEnhancedRequest.builder(EnhancedDocument.class)
                    .item(item)
                    .conditionExpression(Expression.builder()
                            .expression("attribute_not_exists(#version) OR #version <= :version")
                            .putExpressionName("#version", VERSION)
                            .putExpressionValue(":version", Attributes.number(version))
                            .build())
                    .build());
        } catch (ConditionalCheckFailedException e) {
            // Whoever wrote that knew more.
        }
    }

    private static EnhancedDocument.Builder keyed(String partition, String sort, EnhancedDocument document) {
        return document.toBuilder()
                .putString(StateTable.PARTITION_KEY, partition)
                .putString(StateTable.SORT_KEY, sort);
    }
}
