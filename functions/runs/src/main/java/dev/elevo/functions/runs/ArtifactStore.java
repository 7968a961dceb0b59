package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.dynamo.Backoff;
import dev.elevo.platform.dynamo.BatchRead;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Artifacts in the state table, with their places in the lists and the last version of each name. */
@Singleton
final class ArtifactStore {
    private static final Catalogue.Quota QUOTA =
            new Catalogue.Quota(RunLimits.ARTIFACTS_PER_ORGANIZATION, RunLimits.ARTIFACT_BYTES_PER_ORGANIZATION);

    private static final int RECORD = 0;
    private static final int VERSION = 1;
    private static final int CONTENT = 2;

    private final DynamoDbClient dynamo;
    private final String table;
    private final Documents documents;
    private final Catalogue catalogue;
    private final Litter litter;
    private final BatchRead batch;

    ArtifactStore(
            DynamoDbClient dynamo,
            DynamoConfiguration configuration,
            Documents documents,
            Catalogue catalogue,
            Litter litter) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.documents = documents;
        this.catalogue = catalogue;
        this.litter = litter;
        this.batch = new BatchRead(dynamo, table);
    }

    sealed interface Created {
        record Done(Artifact artifact) implements Created {}

        record Existed(Artifact present) implements Created {}

        /** It took so long that its content was given up. */
        record Late() implements Created {}

        record TooMany() implements Created {}

        record TooLarge() implements Created {}
    }

    /** As the next version of its name. */
    Created create(Artifact wanted) {
        for (var backoff = new Backoff(); ; ) {
            var last = lastVersion(wanted);
            var artifact = wanted.asVersion(last + 1);
            var parts = new ArrayList<TransactWriteItem>();
            parts.add(TransactWriteItem.builder()
                    .put(put -> put.tableName(table)
                            .item(write(artifact))
                            .conditionExpression("attribute_not_exists(PK)")
                            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                    .build());
            parts.add(counted(artifact, last));
            parts.add(litter.kept(Litter.Kind.BLOB, artifact.blob()));
            parts.addAll(catalogue.added(artifact.listing(), QUOTA));
            var refusal = Parts.write(dynamo, parts);
            if (refusal.isEmpty()) {
                return new Created.Done(artifact);
            }
            var present = refusal.get().present();
            switch (refusal.get().part()) {
                case RECORD -> {
                    return new Created.Existed(read(present));
                }
                case VERSION -> backoff.pause(null);
                case CONTENT -> {
                    return new Created.Late();
                }
                default -> {
                    return Catalogue.isFull(present, QUOTA) ? new Created.TooMany() : new Created.TooLarge();
                }
            }
        }
    }

    Optional<Artifact> find(String organizationId, String id) {
        if (!Ids.ARTIFACT.matches(id)) {
            return Optional.empty();
        }
        var found = dynamo.getItem(
                request -> request.tableName(table).key(key(organizationId, id)).consistentRead(true));
        return found.hasItem() ? Optional.of(read(found.item())) : Optional.empty();
    }

    Slice<Artifact> list(String organizationId, Selection selection, PageQuery page) {
        return catalogue.list(
                Artifact.KIND, organizationId, selection, page, Artifact.ORDERS, ids -> readAll(organizationId, ids));
    }

    /** Whether it was there; its content is litter then. */
    boolean delete(Artifact artifact) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table)
                        .key(key(artifact.organizationId(), artifact.id()))
                        .conditionExpression("attribute_exists(PK)"))
                .build());
        parts.add(litter.dropped(Litter.Kind.BLOB, artifact.organizationId(), artifact.blob()));
        parts.addAll(catalogue.removed(artifact.listing()));
        return Parts.write(dynamo, parts).isEmpty();
    }

    private List<Artifact> readAll(String organizationId, List<String> ids) {
        var keys = ids.stream().map(id -> key(organizationId, id)).toList();
        return batch.readInOrder(keys).stream().map(this::read).toList();
    }

    private int lastVersion(Artifact artifact) {
        var found = dynamo.getItem(
                request -> request.tableName(table).key(versionKey(artifact)).consistentRead(true));
        return found.hasItem() ? Integer.parseInt(required(found.item(), "last").n()) : 0;
    }

    /** It stays when they are deleted: no two of a name ever have one number. */
    private TransactWriteItem counted(Artifact artifact, int seen) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(versionKey(artifact))
                        .updateExpression("SET #last = :next")
                        .conditionExpression(seen == 0 ? "attribute_not_exists(#last)" : "#last = :seen")
                        .expressionAttributeNames(Map.of("#last", "last"))
                        .expressionAttributeValues(
                                seen == 0
                                        ? Map.of(":next", number(artifact.version()))
                                        : Map.of(":next", number(artifact.version()), ":seen", number(seen))))
                .build();
    }

    private static Map<String, AttributeValue> versionKey(Artifact artifact) {
        return Attributes.key("ORG#" + artifact.organizationId() + "#ARTNAME", artifact.name());
    }

    private static Map<String, AttributeValue> key(String organizationId, String id) {
        return Attributes.key("ORG#" + organizationId + "#ART", id);
    }

    private Map<String, AttributeValue> write(Artifact artifact) {
        var item = key(artifact.organizationId(), artifact.id());
        item.put("org", string(artifact.organizationId()));
        item.put("name", string(artifact.name()));
        item.put("type", string(artifact.type()));
        item.put("number", number(artifact.version()));
        item.put("size", number(artifact.size()));
        item.put("sha256", string(artifact.sha256()));
        item.put("blob", string(artifact.blob()));
        item.put("labels", string(documents.write(artifact.labels())));
        item.put("metadata", string(documents.write(artifact.metadata())));
        item.put("createdBy", string(artifact.createdBy()));
        item.put("createdAt", string(InstantSerde.format(artifact.createdAt())));
        var run = artifact.runId();
        if (run != null) {
            item.put("run", string(run));
        }
        return item;
    }

    private Artifact read(Map<String, AttributeValue> item) {
        var run = item.get("run");
        return new Artifact(
                required(item, "SK").s(),
                required(item, "org").s(),
                required(item, "name").s(),
                required(item, "type").s(),
                Integer.parseInt(required(item, "number").n()),
                Integer.parseInt(required(item, "size").n()),
                required(item, "sha256").s(),
                required(item, "blob").s(),
                run == null ? null : run.s(),
                documents.words(required(item, "labels").s()),
                documents.words(required(item, "metadata").s()),
                required(item, "createdBy").s(),
                Instant.parse(required(item, "createdAt").s()));
    }
}
