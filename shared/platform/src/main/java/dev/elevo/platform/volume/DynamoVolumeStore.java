package dev.elevo.platform.volume;

import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.sandbox.Rules;
import dev.elevo.contract.volume.Filesystem;
import dev.elevo.contract.volume.VolumeState;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.sandbox.Contention;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Volumes in the state table. */
@Singleton
public final class DynamoVolumeStore implements VolumeStore {
    private static final Pattern NAME = Pattern.compile(Rules.NAME);
    private static final int LONGEST_NAME = 63;
    private static final String IS_NEW = "attribute_not_exists(PK)";
    private static final String IS_AS_SEEN = "version = :seen";

    private final DynamoDbClient dynamo;
    private final String table;

    public DynamoVolumeStore(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    @Override
    public Created create(Volume volume, int quota) {
        var organization = volume.organizationId();
        var claim = new HashMap<>(VolumeKeys.name(organization, volume.name()));
        claim.put("id", string(volume.id()));
        var entry = new HashMap<>(VolumeKeys.registered(volume.id()));
        entry.put("org", string(organization));
        var parts = List.of(
                put(write(volume), IS_NEW),
                put(claim, IS_NEW),
                TransactWriteItem.builder()
                        .update(update -> update.tableName(table)
                                .key(VolumeKeys.counters(organization))
                                .updateExpression("ADD volumes :one, gigabytes :size")
                                .conditionExpression("attribute_not_exists(volumes) OR volumes < :quota")
                                .expressionAttributeValues(Map.of(
                                        ":one", number(1),
                                        ":size", number(volume.gigabytes()),
                                        ":quota", number(quota))))
                        .build(),
                TransactWriteItem.builder()
                        .put(put -> put.tableName(table).item(entry))
                        .build());
        try {
            transact(parts);
            return new Created.Done(volume);
        } catch (TransactionCanceledException e) {
            if (failed(e, 0)) {
                return new Created.Existed(
                        read(e.cancellationReasons().getFirst().item()));
            }
            if (failed(e, 1)) {
                return new Created.NameTaken();
            }
            if (failed(e, 2)) {
                return new Created.QuotaReached();
            }
            throw e;
        }
    }

    @Override
    public Optional<Volume> find(String organizationId, String idOrName) {
        if (Ids.VOLUME.matches(idOrName)) {
            return item(VolumeKeys.volume(organizationId, idOrName)).map(DynamoVolumeStore::read);
        }
        // What cannot be a name is not asked for: the table refuses keys that are too long.
        return NAME.matcher(idOrName).matches() && idOrName.length() <= LONGEST_NAME
                ? item(VolumeKeys.name(organizationId, idOrName))
                        .flatMap(claim -> item(VolumeKeys.volume(organizationId, text(claim, "id"))))
                        .map(DynamoVolumeStore::read)
                : Optional.empty();
    }

    @Override
    public List<Volume> all(String organizationId) {
        return partition(VolumeKeys.volumes(organizationId)).stream()
                .map(DynamoVolumeStore::read)
                .toList();
    }

    @Override
    public Optional<Volume> become(Volume seen, VolumeState next, Instant now) {
        try {
            var changed = Contention.overcome(() -> dynamo.updateItem(request -> request.tableName(table)
                    .key(VolumeKeys.volume(seen.organizationId(), seen.id()))
                    .updateExpression("SET #state = :next, changedAt = :now ADD version :one")
                    .conditionExpression(IS_AS_SEEN)
                    .expressionAttributeNames(Map.of("#state", "state"))
                    .expressionAttributeValues(Map.of(
                            ":next", string(next.name()),
                            ":now", string(InstantSerde.format(now)),
                            ":one", number(1),
                            ":seen", number(seen.version())))
                    .returnValues(ReturnValue.ALL_NEW)));
            return Optional.of(read(changed.attributes()));
        } catch (ConditionalCheckFailedException changedMeanwhile) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Volume> resized(Volume seen, int gigabytes) {
        var parts = List.of(
                TransactWriteItem.builder()
                        .update(update -> update.tableName(table)
                                .key(VolumeKeys.volume(seen.organizationId(), seen.id()))
                                .updateExpression("SET gigabytes = :size ADD version :one")
                                .conditionExpression(IS_AS_SEEN)
                                .expressionAttributeValues(Map.of(
                                        ":size", number(gigabytes),
                                        ":one", number(1),
                                        ":seen", number(seen.version()))))
                        .build(),
                counted(seen.organizationId(), 0, gigabytes - seen.gigabytes()));
        try {
            transact(parts);
            return find(seen.organizationId(), seen.id());
        } catch (TransactionCanceledException e) {
            if (failed(e, 0)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void remove(Volume volume) {
        var organization = volume.organizationId();
        var parts = List.of(
                TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(table)
                                .key(VolumeKeys.volume(organization, volume.id()))
                                // Its size is what is taken from the sum.
                                .conditionExpression("gigabytes = :size")
                                .expressionAttributeValues(Map.of(":size", number(volume.gigabytes())))
                                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                        .build(),
                delete(VolumeKeys.name(organization, volume.name())),
                delete(VolumeKeys.registered(volume.id())),
                counted(organization, -1, -volume.gigabytes()));
        try {
            transact(parts);
        } catch (TransactionCanceledException e) {
            if (!failed(e, 0)) {
                throw e;
            }
            var present = e.cancellationReasons().getFirst().item();
            if (!present.isEmpty()) {
                remove(read(present));
            }
        }
    }

    @Override
    public Totals totals(String organizationId) {
        return item(VolumeKeys.counters(organizationId))
                .map(counters -> new Totals(longOf(counters, "volumes"), longOf(counters, "gigabytes")))
                .orElseGet(() -> new Totals(0, 0));
    }

    @Override
    public Map<String, Set<String>> mounts(String organizationId) {
        var mounts = new TreeMap<String, Set<String>>();
        for (var item : partition(VolumeKeys.mounts(organizationId))) {
            var pair = text(item, StateTable.SORT_KEY).split(VolumeKeys.SEPARATOR, 2);
            mounts.computeIfAbsent(pair[0], id -> new TreeSet<>()).add(pair[1]);
        }
        return mounts;
    }

    @Override
    public Set<String> mountsOf(String organizationId, String volumeId) {
        var prefix = volumeId + VolumeKeys.SEPARATOR;
        return dynamo
                .queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk AND begins_with(SK, :volume)")
                        .expressionAttributeValues(Map.of(
                                ":pk", string(VolumeKeys.mounts(organizationId)),
                                ":volume", string(prefix))))
                .items()
                .stream()
                .map(item -> text(item, StateTable.SORT_KEY).substring(prefix.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public List<Key> register() {
        return partition(VolumeKeys.REGISTER).stream()
                .map(item -> new Key(text(item, "org"), text(item, StateTable.SORT_KEY)))
                .toList();
    }

    private void transact(List<TransactWriteItem> parts) {
        Contention.overcome(() -> dynamo.transactWriteItems(request -> request.transactItems(parts)));
    }

    private List<Map<String, AttributeValue>> partition(String partition) {
        var found = new ArrayList<Map<String, AttributeValue>>();
        dynamo.queryPaginator(request -> request.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :pk")
                        .expressionAttributeValues(Map.of(":pk", string(partition))))
                .items()
                .forEach(found::add);
        return found;
    }

    private Optional<Map<String, AttributeValue>> item(Map<String, AttributeValue> key) {
        var found = dynamo.getItem(request -> request.tableName(table).key(key).consistentRead(true));
        return found.hasItem() ? Optional.of(found.item()) : Optional.empty();
    }

    private TransactWriteItem put(Map<String, AttributeValue> item, String condition) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(item)
                        .conditionExpression(condition)
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    private TransactWriteItem delete(Map<String, AttributeValue> key) {
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(table).key(key))
                .build();
    }

    private TransactWriteItem counted(String organizationId, int volumes, int gigabytes) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(table)
                        .key(VolumeKeys.counters(organizationId))
                        .updateExpression("ADD volumes :volumes, gigabytes :size")
                        .expressionAttributeValues(Map.of(":volumes", number(volumes), ":size", number(gigabytes))))
                .build();
    }

    private static boolean failed(TransactionCanceledException e, int part) {
        return e.cancellationReasons().get(part).code().equals("ConditionalCheckFailed");
    }

    private static Map<String, AttributeValue> write(Volume volume) {
        var item = new HashMap<>(VolumeKeys.volume(volume.organizationId(), volume.id()));
        item.put("org", string(volume.organizationId()));
        item.put("name", string(volume.name()));
        item.put("state", string(volume.state().name()));
        item.put("gigabytes", number(volume.gigabytes()));
        item.put("filesystem", string(volume.filesystem().name()));
        item.put("labels", map(volume.labels()));
        item.put("metadata", map(volume.metadata()));
        item.put("createdAt", string(InstantSerde.format(volume.createdAt())));
        item.put("changedAt", string(InstantSerde.format(volume.changedAt())));
        item.put("version", number(volume.version()));
        return item;
    }

    static Volume read(Map<String, AttributeValue> item) {
        return new Volume(
                text(item, StateTable.SORT_KEY),
                text(item, "org"),
                text(item, "name"),
                VolumeState.valueOf(text(item, "state")),
                (int) longOf(item, "gigabytes"),
                Filesystem.valueOf(text(item, "filesystem")),
                map(item, "labels"),
                map(item, "metadata"),
                Instant.parse(text(item, "createdAt")),
                Instant.parse(text(item, "changedAt")),
                instant(item, "lastMountedAt"),
                longOf(item, "version"));
    }

    private static AttributeValue map(Map<String, String> words) {
        return AttributeValue.fromM(words.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> string(entry.getValue()))));
    }

    private static Map<String, String> map(Map<String, AttributeValue> item, String name) {
        return required(item, name).m().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().s()));
    }

    private static String text(Map<String, AttributeValue> item, String name) {
        return required(item, name).s();
    }

    private static long longOf(Map<String, AttributeValue> item, String name) {
        return Long.parseLong(required(item, name).n());
    }

    private static @Nullable Instant instant(Map<String, AttributeValue> item, String name) {
        return item.containsKey(name) ? Instant.parse(text(item, name)) : null;
    }
}
