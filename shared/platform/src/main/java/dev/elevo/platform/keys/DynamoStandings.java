package dev.elevo.platform.keys;

import static dev.elevo.platform.dynamo.Attributes.integer;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.texts;
import static dev.elevo.platform.dynamo.Attributes.truth;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.dynamo.Briefly;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.StateDocuments;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.identity.Standings;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What was decided of organizations, an item each; one that has none is as usual. */
@Singleton
public final class DynamoStandings implements Standings {
    private static final String SORT = "STANDING";

    private final StateDocuments documents;
    private final Briefly<Standing> known;

    DynamoStandings(
            DynamoDbClient client,
            DynamoConfiguration configuration,
            KeyCacheConfiguration cache,
            InstantSource clock) {
        this.documents = new StateDocuments(client, configuration);
        this.known = new Briefly<>(cache.life(), clock);
    }

    @Override
    public Standing of(String organizationId) {
        return known.get(
                organizationId,
                id -> documents
                        .find(partition(id), SORT)
                        .map(DynamoStandings::read)
                        .orElse(Standing.USUAL));
    }

    /** Unless a newer one is known there. */
    public void save(String organizationId, Standing standing, long version) {
        documents.putNewest(partition(organizationId), SORT, write(standing), version);
        known.forget(organizationId);
    }

    private static String partition(String organizationId) {
        return "ORG#" + organizationId;
    }

    private static Map<String, AttributeValue> write(Standing standing) {
        var item = new HashMap<String, AttributeValue>();
        item.put("disabled", truth(standing.disabled()));
        item.put("disabledNames", texts(standing.disabledNames()));
        putNumber(item, "maxSandboxes", standing.maxSandboxes());
        putNumber(item, "maxVolumes", standing.maxVolumes());
        putNumber(item, "maxSnapshots", standing.maxSnapshots());
        for (var rateClass : RateClass.values()) {
            putNumber(item, LimitNames.of(rateClass), standing.limits().of(rateClass));
        }
        return item;
    }

    private static void putNumber(Map<String, AttributeValue> item, String name, @Nullable Integer value) {
        if (value != null) {
            item.put(name, number(value));
        }
    }

    private static Standing read(Map<String, AttributeValue> item) {
        return new Standing(
                required(item, "disabled").bool(),
                Set.copyOf(texts(item, "disabledNames")),
                integer(item, "maxSandboxes"),
                integer(item, "maxVolumes"),
                integer(item, "maxSnapshots"),
                LimitNames.read(item));
    }
}
