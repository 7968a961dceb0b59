package dev.elevo.platform.audit;

import dev.elevo.contract.InstantSerde;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.StateDocuments;
import jakarta.inject.Singleton;
import java.time.Duration;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.enhanced.dynamodb.document.EnhancedDocument;

/** A partition per organization and day, in the order of time. */
@Singleton
final class DynamoAuditTrail implements AuditTrail {
    private static final Duration KEPT = Duration.ofDays(90);
    private static final int DATE_LENGTH = "2026-01-01".length();

    private final StateDocuments documents;

    DynamoAuditTrail(DynamoDbEnhancedClient client, DynamoConfiguration configuration) {
        this.documents = StateDocuments.of(client, configuration);
    }

    @Override
    public void record(AuditEvent event) {
        var time = InstantSerde.format(event.timestamp());
        documents.putUntil(
                "AUDIT#" + event.organizationId() + "#" + time.substring(0, DATE_LENGTH),
                time + "#" + event.id(),
                document(event),
                event.timestamp().plus(KEPT));
    }

    private static EnhancedDocument document(AuditEvent event) {
        var document = EnhancedDocument.builder()
                .putString("id", event.id())
                .putString("type", event.type())
                .putString("resource", event.resource())
                .putString("action", event.action())
                .putString("outcome", event.outcome().label())
                .putString("timestamp", InstantSerde.format(event.timestamp()))
                .putString("requestId", event.requestId())
                .putString("clientType", event.clientType())
                .putString("remoteAddr", event.remoteAddr())
                .putMap("metadata", event.metadata(), EnhancedType.of(String.class), EnhancedType.of(String.class));
        if (event.userId() != null) {
            document.putString("userId", event.userId());
        }
        if (event.keyId() != null) {
            document.putString("keyId", event.keyId());
        }
        return document.build();
    }
}
