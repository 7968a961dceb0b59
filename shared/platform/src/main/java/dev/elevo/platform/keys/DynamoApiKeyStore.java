package dev.elevo.platform.keys;

import dev.elevo.platform.dynamo.Briefly;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.StateDocuments;
import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.ApiKeyStore;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;

/** API keys by their hashes. */
@Singleton
public final class DynamoApiKeyStore implements ApiKeyStore {
    private static final String SORT = "KEY";

    private final StateDocuments documents;
    private final Briefly<Optional<ApiKey>> known;

    DynamoApiKeyStore(
            DynamoDbEnhancedClient client,
            DynamoConfiguration configuration,
            KeyCacheConfiguration cache,
            InstantSource clock) {
        this.documents = StateDocuments.of(client, configuration);
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

    private static EnhancedDocument write(ApiKey key) {
        var document = EnhancedDocument.builder()
                .putString("keyId", key.keyId())
                .putString("organizationId", key.organizationId())
                .putString("userId", key.userId())
                .putList("scopes", key.scopes(), EnhancedType.of(String.class))
                .putBoolean("revoked", key.revoked());
        if (key.expiresAt() != null) {
            document.putString("expiresAt", key.expiresAt().toString());
        }
        key.limits().perMinute().forEach((rateClass, limit) -> document.putNumber(LimitNames.of(rateClass), limit));
        return document.build();
    }

    private static ApiKey read(EnhancedDocument document) {
        return new ApiKey(
                document.getString("keyId"),
                document.getString("organizationId"),
                document.getString("userId"),
                document.getListOfUnknownType("scopes").stream()
                        .map(scope -> scope.s())
                        .toList(),
                document.isPresent("expiresAt") ? Instant.parse(document.getString("expiresAt")) : null,
                document.getBoolean("revoked"),
                LimitNames.read(document));
    }
}
