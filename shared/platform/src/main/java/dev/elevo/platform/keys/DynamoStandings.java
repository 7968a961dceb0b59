package dev.elevo.platform.keys;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.dynamo.Briefly;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.StateDocuments;
import dev.elevo.platform.identity.Standing;
import dev.elevo.platform.identity.Standings;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;

/** What was decided of organizations, an item each; one that has none is as usual. */
@Singleton
public final class DynamoStandings implements Standings {
    private static final String SORT = "STANDING";

    private final StateDocuments documents;
    private final Briefly<Standing> known;

    DynamoStandings(
            DynamoDbEnhancedClient client,
            DynamoConfiguration configuration,
            KeyCacheConfiguration cache,
            InstantSource clock) {
        this.documents = StateDocuments.of(client, configuration);
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

    private static EnhancedDocument write(Standing standing) {
        var document = EnhancedDocument.builder()
                .putBoolean("disabled", standing.disabled())
                .putList("disabledNames", List.copyOf(standing.disabledNames()), EnhancedType.of(String.class));
        putNumber(document, "maxSandboxes", standing.maxSandboxes());
        putNumber(document, "maxVolumes", standing.maxVolumes());
        putNumber(document, "maxSnapshots", standing.maxSnapshots());
        for (var rateClass : RateClass.values()) {
            putNumber(document, LimitNames.of(rateClass), standing.limits().of(rateClass));
        }
        return document.build();
    }

    private static void putNumber(EnhancedDocument.Builder document, String name, @Nullable Integer number) {
        if (number != null) {
            document.putNumber(name, number);
        }
    }

    private static Standing read(EnhancedDocument document) {
        return new Standing(
                document.getBoolean("disabled"),
                Set.copyOf(document.getListOfUnknownType("disabledNames").stream()
                        .map(name -> name.s())
                        .toList()),
                number(document, "maxSandboxes"),
                number(document, "maxVolumes"),
                number(document, "maxSnapshots"),
                LimitNames.read(document));
    }

    private static @Nullable Integer number(EnhancedDocument document, String name) {
        return document.isPresent(name) ? document.getNumber(name).intValue() : null;
    }
}
