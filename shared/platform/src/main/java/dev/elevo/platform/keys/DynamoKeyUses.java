package dev.elevo.platform.keys;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.identity.KeyUses;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** An item for each key, written by each instance once a minute at the most, and not before the answer has been earned otherwise. */
@Singleton
public final class DynamoKeyUses implements KeyUses {
    private static final Logger LOG = LoggerFactory.getLogger(DynamoKeyUses.class);
    private static final Duration BETWEEN = Duration.ofMinutes(1);
    private static final Duration KEPT = Duration.ofDays(400);
    private static final int MOST_REMEMBERED = 10_000;
    private static final String AT = "usedAt";
    private static final String SORT = "USE";

    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;
    private final Map<String, Instant> noted = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    DynamoKeyUses(DynamoDbClient dynamo, DynamoConfiguration configuration, InstantSource clock) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    @Override
    public void note(String keyId) {
        var now = clock.instant();
        synchronized (noted) {
            var last = noted.get(keyId);
            if (last != null && now.isBefore(last.plus(BETWEEN))) {
                return;
            }
            noted.put(keyId, now);
        }
        var item = Attributes.key(partition(keyId), SORT);
        item.put(AT, number(now.toEpochMilli()));
        item.put(StateTable.TTL, number(now.plus(KEPT).getEpochSecond()));
        try {
            dynamo.putItem(request -> request.tableName(table).item(item));
        } catch (SdkException e) {
            // A caller is not turned away for what is only good to know.
            LOG.warn("the use of {} was not noted", keyId, e);
        }
    }

    /** Of those that were ever used. */
    public Map<String, Instant> lastUses(Collection<String> keyIds) {
        var uses = new HashMap<String, Instant>();
        for (var keyId : keyIds) {
            var item = dynamo.getItem(request -> request.tableName(table).key(Attributes.key(partition(keyId), SORT)))
                    .item();
            if (!item.isEmpty()) {
                uses.put(
                        keyId,
                        Instant.ofEpochMilli(Long.parseLong(required(item, AT).n())));
            }
        }
        return uses;
    }

    private static String partition(String keyId) {
        return "KEYUSE#" + keyId;
    }
}
