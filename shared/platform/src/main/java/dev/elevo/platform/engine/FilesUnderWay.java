package dev.elevo.platform.engine;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.engine.Workspaces.Arrival;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** Which files are on their way to the bucket, so that who asks again finds his, whoever was asked first. Each is forgotten after an hour. */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class FilesUnderWay {
    private static final Logger LOG = LoggerFactory.getLogger(FilesUnderWay.class);
    private static final String PARTITION = "DELIVERY#";
    private static final Duration LIFE = Duration.ofHours(1);

    private final DynamoDbClient dynamo;
    private final String table;

    FilesUnderWay(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    /** False where another one was begun. */
    boolean begin(String sandboxId, String wanted, Arrival arrival) {
        var item = key(PARTITION + sandboxId, wanted);
        item.put("key", string(arrival.key()));
        item.put("upload", string(arrival.upload()));
        item.put("since", number(arrival.since().toEpochMilli()));
        item.put(StateTable.TTL, number(arrival.since().plus(LIFE).getEpochSecond()));
        try {
            dynamo.putItem(put -> put.tableName(table).item(item).conditionExpression("attribute_not_exists(PK)"));
            return true;
        } catch (ConditionalCheckFailedException another) {
            return false;
        }
    }

    Optional<Arrival> find(String sandboxId, String wanted) {
        var item = dynamo.getItem(get -> get.tableName(table)
                        .key(key(PARTITION + sandboxId, wanted))
                        .consistentRead(true))
                .item();
        return item.isEmpty()
                ? Optional.empty()
                : Optional.of(new Arrival(
                        required(item, "key").s(),
                        required(item, "upload").s(),
                        Instant.ofEpochMilli(
                                Long.parseLong(required(item, "since").n()))));
    }

    /** This one and no other that was begun since. */
    void forget(String sandboxId, String wanted, Arrival arrival) {
        try {
            dynamo.deleteItem(delete -> delete.tableName(table)
                    .key(key(PARTITION + sandboxId, wanted))
                    .conditionExpression("attribute_not_exists(PK) OR #key = :key")
                    .expressionAttributeNames(Map.of("#key", "key"))
                    .expressionAttributeValues(Map.of(":key", string(arrival.key()))));
        } catch (ConditionalCheckFailedException another) {
            LOG.info("{} was begun anew while it ended", arrival.key(), another);
        }
    }
}
