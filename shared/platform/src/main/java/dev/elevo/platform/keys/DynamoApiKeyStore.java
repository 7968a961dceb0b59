package dev.elevo.platform.keys;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;
import static dev.elevo.platform.dynamo.Attributes.texts;
import static dev.elevo.platform.dynamo.Attributes.truth;

import dev.elevo.platform.dynamo.Briefly;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.StateDocuments;
import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.ApiKeyStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** API keys by their hashes. */
@Singleton
public final class DynamoApiKeyStore implements ApiKeyStore {
    private static final String SORT = "KEY";

    private final StateDocuments documents;
    private final Briefly<Optional<ApiKey>> known;

    DynamoApiKeyStore(
            DynamoDbClient client,
            DynamoConfiguration configuration,
            KeyCacheConfiguration cache,
            InstantSource clock) {
        this.documents = new StateDocuments(client, configuration);
        this.known = new Briefly<>(cache.life(), clock);
    }

    @Override
    public Optional<ApiKey> find(String sha256) {
        return known.get(sha256, this::read);
    }

    /**
     * In force here at once, in other instances when what they remember has aged.
     *
     * @param version of the key; an older one than is known changes nothing
     */
    public void save(String sha256, ApiKey key, long version) {
        documents.putNewest(partition(sha256), SORT, write(key), version);
        known.forget(sha256);
    }

    private Optional<ApiKey> read(String sha256) {
        return documents.find(partition(sha256), SORT).map(DynamoApiKeyStore::read);
    }

    private static String partition(String sha256) {
        return "KEY#" + sha256;
    }

    private static Map<String, AttributeValue> write(ApiKey key) {
        var item = new HashMap<String, AttributeValue>();
        item.put("keyId", string(key.keyId()));
        item.put("organizationId", string(key.organizationId()));
        item.put("userId", string(key.userId()));
        item.put("scopes", texts(key.scopes()));
        item.put("revoked", truth(key.revoked()));
        if (key.expiresAt() != null) {
            item.put("expiresAt", string(key.expiresAt().toString()));
        }
        key.limits().perMinute().forEach((rateClass, limit) -> item.put(LimitNames.of(rateClass), number(limit)));
        return item;
    }

    private static ApiKey read(Map<String, AttributeValue> item) {
        var expiresAt = item.get("expiresAt");
        return new ApiKey(
                required(item, "keyId").s(),
                required(item, "organizationId").s(),
                required(item, "userId").s(),
                texts(item, "scopes"),
                expiresAt == null ? null : Instant.parse(expiresAt.s()),
                required(item, "revoked").bool(),
                LimitNames.read(item));
    }
}
