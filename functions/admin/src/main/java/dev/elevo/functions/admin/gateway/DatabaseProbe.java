package dev.elevo.functions.admin.gateway;

import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads one item that need not exist: cheap, and it fails for every reason a request would fail for. */
@Singleton
class DatabaseProbe {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseProbe.class);

    /** Anybody may ask for health as often as they like; the table is asked once a second. */
    private static final long LIFE_NANOS = Duration.ofSeconds(1).toNanos();

    /** A load balancer does not wait longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final DynamoDbClient dynamo;
    private final String table;
    private @Nullable Finding last;

    DatabaseProbe(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    /**
     * What the last look found.
     *
     * @param problem in words for the public, so without names of hosts
     */
    record Finding(Optional<String> problem, long foundAtNanos) {}

    /** One looks, the others wait for what it finds. */
    synchronized Finding check() {
        var known = last;
        if (known == null || System.nanoTime() - known.foundAtNanos() > LIFE_NANOS) {
            known = new Finding(look(), System.nanoTime());
            last = known;
        }
        return known;
    }

    private Optional<String> look() {
        try {
            dynamo.getItem(request -> request.tableName(table)
                    .key(Map.of("PK", AttributeValue.fromS("HEALTH"), "SK", AttributeValue.fromS("HEALTH")))
                    .overrideConfiguration(limits -> limits.apiCallTimeout(PATIENCE)));
            return Optional.empty();
        } catch (SdkException e) {
            LOG.warn("The state table does not answer", e);
            return Optional.of("the state table does not answer");
        }
    }
}
