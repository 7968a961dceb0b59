package dev.elevo.functions.runs;

import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.contract.run.RunStatus;
import dev.elevo.platform.dynamo.Attributes;
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
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/** Runs in the state table, with their places in the lists and the heads of what is recorded of them. */
@Singleton
final class RunStore {
    private static final Catalogue.Quota QUOTA = new Catalogue.Quota(RunLimits.RUNS_PER_ORGANIZATION, 0);

    private final DynamoDbClient dynamo;
    private final String table;
    private final Documents documents;
    private final Catalogue catalogue;
    private final Records records;
    private final Litter litter;
    private final BatchRead batch;

    RunStore(
            DynamoDbClient dynamo,
            DynamoConfiguration configuration,
            Documents documents,
            Catalogue catalogue,
            Records records,
            Litter litter) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.documents = documents;
        this.catalogue = catalogue;
        this.records = records;
        this.litter = litter;
        this.batch = new BatchRead(dynamo, table);
    }

    sealed interface Created {
        record Done() implements Created {}

        record Existed(Run present) implements Created {}

        record QuotaReached() implements Created {}
    }

    Created create(Run run) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(write(run))
                        .conditionExpression("attribute_not_exists(PK)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build());
        parts.add(records.begin(run));
        parts.addAll(catalogue.added(run.listing(), QUOTA));
        var refusal = Parts.write(dynamo, parts);
        if (refusal.isEmpty()) {
            return new Created.Done();
        }
        return refusal.get().part() == 0
                ? new Created.Existed(read(refusal.get().present()))
                : new Created.QuotaReached();
    }

    Optional<Run> find(String organizationId, String id) {
        if (!Ids.RUN.matches(id)) {
            return Optional.empty();
        }
        var found = dynamo.getItem(
                request -> request.tableName(table).key(key(organizationId, id)).consistentRead(true));
        return found.hasItem() ? Optional.of(read(found.item())) : Optional.empty();
    }

    Slice<Run> list(String organizationId, Selection selection, PageQuery page) {
        return catalogue.list(
                Run.KIND, organizationId, selection, page, Run.ORDERS, ids -> readAll(organizationId, ids));
    }

    /** Whether the one that was seen is still as it was seen, and so has become the next. */
    boolean finish(Run seen, Run next) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(write(next))
                        .conditionExpression("#status = :seen")
                        .expressionAttributeNames(Map.of("#status", "status"))
                        .expressionAttributeValues(
                                Map.of(":seen", string(seen.status().label()))))
                .build());
        parts.addAll(records.end(next));
        parts.addAll(catalogue.changed(seen.listing(), next.listing()));
        return Parts.write(dynamo, parts).isEmpty();
    }

    /** The same for its end; what is recorded of it is litter then. */
    boolean delete(Run seen) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table)
                        .key(key(seen.organizationId(), seen.id()))
                        .conditionExpression("#status = :seen")
                        .expressionAttributeNames(Map.of("#status", "status"))
                        .expressionAttributeValues(
                                Map.of(":seen", string(seen.status().label()))))
                .build());
        parts.addAll(records.forget(seen));
        parts.add(litter.dropped(Litter.Kind.RECORDS, seen.organizationId(), seen.id()));
        parts.addAll(catalogue.removed(seen.listing()));
        return Parts.write(dynamo, parts).isEmpty();
    }

    private List<Run> readAll(String organizationId, List<String> ids) {
        var keys = ids.stream().map(id -> key(organizationId, id)).toList();
        return batch.readInOrder(keys).stream().map(this::read).toList();
    }

    private static Map<String, AttributeValue> key(String organizationId, String id) {
        return Attributes.key("ORG#" + organizationId + "#RUN", id);
    }

    private Map<String, AttributeValue> write(Run run) {
        var item = key(run.organizationId(), run.id());
        item.put("org", string(run.organizationId()));
        item.put("name", string(run.name()));
        item.put("project", string(run.project()));
        item.put("status", string(run.status().label()));
        item.put("params", string(run.params()));
        item.put("labels", string(documents.write(run.labels())));
        item.put("createdBy", string(run.createdBy()));
        item.put("createdAt", string(InstantSerde.format(run.createdAt())));
        put(item, "sandbox", run.sandboxId());
        put(item, "summary", run.summary());
        var end = run.finishedAt();
        put(item, "finishedAt", end == null ? null : InstantSerde.format(end));
        return item;
    }

    private Run read(Map<String, AttributeValue> item) {
        var end = text(item, "finishedAt");
        return new Run(
                required(item, "SK").s(),
                required(item, "org").s(),
                required(item, "name").s(),
                required(item, "project").s(),
                RunStatus.of(required(item, "status").s()),
                text(item, "sandbox"),
                required(item, "params").s(),
                text(item, "summary"),
                documents.words(required(item, "labels").s()),
                required(item, "createdBy").s(),
                Instant.parse(required(item, "createdAt").s()),
                end == null ? null : Instant.parse(end));
    }

    private static void put(Map<String, AttributeValue> item, String name, @Nullable String value) {
        if (value != null) {
            item.put(name, string(value));
        }
    }

    private static @Nullable String text(Map<String, AttributeValue> item, String name) {
        var value = item.get(name);
        return value == null ? null : value.s();
    }
}
