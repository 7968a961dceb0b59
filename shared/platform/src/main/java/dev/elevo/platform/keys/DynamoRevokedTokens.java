package dev.elevo.platform.keys;

import dev.elevo.platform.dynamo.Briefly;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.StateDocuments;
import dev.elevo.platform.identity.RevokedTokens;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;

/** Revoked JWTs by their {@code jti}, kept until they would have expired. */
@Singleton
public final class DynamoRevokedTokens implements RevokedTokens {
    private static final String SORT = "REVOKED";

    /** A token passes for a while after its end, since clocks differ; it must not come back to life in that time. */
    private static final Duration LEEWAY = Duration.ofHours(1);

    private final StateDocuments documents;
    private final Briefly<Boolean> known;

    DynamoRevokedTokens(
            DynamoDbEnhancedClient client,
            DynamoConfiguration configuration,
            KeyCacheConfiguration cache,
            InstantSource clock) {
        this.documents = StateDocuments.of(client, configuration);
        this.known = new Briefly<>(cache.life(), clock);
    }

    @Override
    public boolean contains(String jti) {
        return known.get(jti, id -> documents.find(partition(id), SORT).isPresent());
    }

    public void add(String jti, Instant expiresAt) {
        documents.putUntil(partition(jti), SORT, EnhancedDocument.builder().build(), expiresAt.plus(LEEWAY));
        known.forget(jti);
    }

    private static String partition(String jti) {
        return "REVOKED#" + jti;
    }
}
