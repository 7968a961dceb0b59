package dev.elevo.platform.sandbox;

import static dev.elevo.platform.sandbox.SandboxItem.number;
import static dev.elevo.platform.sandbox.SandboxItem.string;

import dev.elevo.contract.Ids;
import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.sandbox.Rules;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.platform.audit.DynamoAuditTrail;
import dev.elevo.platform.dynamo.BatchRead;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.KeyWalk;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.push.Push;
import dev.elevo.platform.push.PushOutbox;
import dev.elevo.platform.status.StatusChange;
import dev.elevo.platform.status.StatusOutbox;
import dev.elevo.platform.volume.Mounts;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Sandboxes in their table. Name, quota, counters and register lie in the state table and move in the same transaction as the
 * sandbox, so they cannot drift from it.
 */
@Singleton
public final class DynamoSandboxStore implements SandboxStore {
    private static final Duration TOMBSTONE_LIFE = Duration.ofHours(24);
    private static final Pattern NAME = Pattern.compile(Rules.NAME);
    private static final int LONGEST_NAME = 63;

    private final DynamoDbClient dynamo;
    private final String state;
    private final String sandboxes;
    private final SandboxItem items;
    private final KeyWalk walk;
    private final BatchRead batch;
    private final JoinedReads stateReads;
    private final JoinedReads sandboxReads;
    private final InstantSource clock;
    private final StatusOutbox outbox;
    private final PushOutbox pushes;

    public DynamoSandboxStore(
            DynamoDbClient dynamo,
            DynamoConfiguration configuration,
            JsonMapper json,
            InstantSource clock,
            StatusOutbox outbox,
            PushOutbox pushes) {
        this.dynamo = dynamo;
        this.state = configuration.table();
        this.sandboxes = configuration.sandboxTable();
        this.items = new SandboxItem(json);
        this.walk = new KeyWalk(dynamo, sandboxes);
        this.batch = new BatchRead(dynamo, sandboxes);
        this.stateReads = new JoinedReads(dynamo, state);
        this.sandboxReads = new JoinedReads(dynamo, sandboxes);
        this.clock = clock;
        this.outbox = outbox;
        this.pushes = pushes;
    }

    @Override
    public Created create(Sandbox sandbox, int quota) {
        var parts = new ArrayList<>(List.of(
                putIfAbsent(sandboxes, items.write(sandbox)),
                putIfAbsent(state, claim(sandbox)),
                countedIn(sandbox, quota),
                put(state, registration(sandbox)),
                outbox.announce(Announcement.ofNew(sandbox, clock.instant()))));
        var ownParts = parts.size();
        var mounts = mounts(sandbox).listed(clock.instant());
        parts.addAll(mounts.items());
        try {
            Contention.overcome(() -> dynamo.transactWriteItems(request -> request.transactItems(parts)));
            outbox.announced(sandbox.organizationId());
            return new Created.Done(sandbox);
        } catch (TransactionCanceledException e) {
            var reasons = e.cancellationReasons();
            if (failed(e, 0)) {
                return new Created.Existed(items.read(reasons.get(0).item()));
            }
            if (failed(e, 1)) {
                return new Created.NameTaken();
            }
            if (failed(e, 2)) {
                return new Created.QuotaReached();
            }
            var refusal = mounts.refusal(e, ownParts);
            if (refusal.isPresent()) {
                return new Created.NoVolume(refusal.get());
            }
            throw e;
        }
    }

    @Override
    public Optional<Sandbox> find(String organizationId, String idOrName) {
        if (Ids.SANDBOX.matches(idOrName)) {
            var byId = get(new SandboxKey(organizationId, idOrName));
            if (byId.isPresent()) {
                return byId;
            }
        }
        // What cannot be a name is not asked for: the table refuses keys that are too long.
        return NAME.matcher(idOrName).matches() && idOrName.length() <= LONGEST_NAME
                ? holder(organizationId, idOrName).flatMap(this::get)
                : Optional.empty();
    }

    @Override
    public Saved replace(Sandbox seen, Sandbox next) {
        var saved = next.atVersion(seen.version() + 1);
        var mounts = mounts(seen, saved);
        var change = Announcement.of(seen, saved, clock.instant());
        var push = news(saved, change);
        var parts = new ArrayList<TransactWriteItem>();
        var ownParts = 0;
        try {
            if (saved.state() == seen.state()
                    && saved.name().equals(seen.name())
                    && mounts.items().isEmpty()) {
                Contention.overcome(() -> dynamo.putItem(request -> request.tableName(sandboxes)
                        .item(items.write(saved))
                        .conditionExpression("version = :seen")
                        .expressionAttributeValues(seenVersion(seen))
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)));
            } else {
                parts.addAll(
                        saved.state() == SandboxState.DELETED
                                ? burial(seen, saved, change)
                                : transition(seen, saved, change));
                push.map(pushes::announce).ifPresent(parts::add);
                ownParts = parts.size();
                parts.addAll(mounts.items());
                Contention.overcome(() -> dynamo.transactWriteItems(request -> request.transactItems(parts)));
                outbox.announced(seen.organizationId());
                push.ifPresent(pushes::announced);
            }
            return new Saved.Done(saved);
        } catch (ConditionalCheckFailedException e) {
            return e.hasItem() ? new Saved.Stale(items.read(e.item())) : new Saved.Gone();
        } catch (TransactionCanceledException e) {
            if (failed(e, 0)) {
                var present = e.cancellationReasons().getFirst().item();
                return present.isEmpty() ? new Saved.Gone() : new Saved.Stale(items.read(present));
            }
            if (!saved.name().equals(seen.name()) && failed(e, 1)) {
                return new Saved.NameTaken();
            }
            var refusal = mounts.refusal(e, ownParts);
            if (refusal.isPresent()) {
                return new Saved.NoVolume(refusal.get());
            }
            throw e;
        }
    }

    @Override
    public void touch(Sandbox seen, Instant now) {
        try {
            Contention.overcome(() -> dynamo.updateItem(request -> request.tableName(sandboxes)
                    .key(SandboxKeys.sandbox(new SandboxKey(seen.organizationId(), seen.id())))
                    .updateExpression("SET lastActivityAt = :at, L5 = :order ADD version :one")
                    .conditionExpression("version = :seen")
                    .expressionAttributeValues(Map.of(
                            ":at", string(InstantSerde.format(now)),
                            ":order", SandboxKeys.activity(now, seen.id()),
                            ":one", number(1),
                            ":seen", number(seen.version())))));
        } catch (ConditionalCheckFailedException changedMeanwhile) {
            // Whatever changed it is newer than what was seen: another touch, or the end of the state running.
            return;
        }
    }

    @Override
    public Slice<Sandbox> list(String organizationId, SandboxFilter filter, PageQuery page) {
        return new SandboxList(walk, this::read, organizationId, filter, page).read(() -> {
            var counts = census(organizationId).byState();
            return filter.states().stream()
                    .mapToLong(state -> counts.getOrDefault(state, 0L))
                    .sum();
        });
    }

    @Override
    public Census census(String organizationId) {
        return Counters.read(dynamo.getItem(request -> request.tableName(state)
                        .key(SandboxKeys.counters(organizationId))
                        .consistentRead(true))
                .item());
    }

    @Override
    public List<SandboxKey> register() {
        var keys = new ArrayList<SandboxKey>();
        for (var shard : SandboxKeys.registers()) {
            dynamo.queryPaginator(request -> request.tableName(state)
                            .consistentRead(true)
                            .keyConditionExpression("PK = :pk")
                            .expressionAttributeValues(Map.of(":pk", string(shard))))
                    .items()
                    .forEach(item -> keys.add(
                            new SandboxKey(SandboxItem.text(item, "org"), SandboxItem.text(item, SandboxKeys.SK))));
        }
        return keys;
    }

    @Override
    public Optional<SandboxKey> locate(String id) {
        return Ids.SANDBOX.matches(id)
                ? stateReads
                        .read(SandboxKeys.registered(id))
                        .map(entry -> new SandboxKey(SandboxItem.text(entry, "org"), id))
                : Optional.empty();
    }

    @Override
    public List<Sandbox> findAll(Collection<SandboxKey> keys) {
        return batch.read(keys.stream().map(SandboxKeys::sandbox).toList()).values().stream()
                .map(items::read)
                .toList();
    }

    private Mounts mounts(Sandbox sandbox) {
        return new Mounts(
                state,
                sandbox.organizationId(),
                sandbox.id(),
                sandbox.settings().volumes());
    }

    /** What of them changes hands with the change. */
    private Mounts.Parts mounts(Sandbox seen, Sandbox next) {
        var mounts = mounts(seen);
        if (next.state() == SandboxState.DELETED) {
            return mounts.dropped(seen.holdsVolumes());
        }
        if (next.holdsVolumes() == seen.holdsVolumes()) {
            return Mounts.Parts.NONE;
        }
        return next.holdsVolumes() ? mounts.claimed(clock.instant()) : mounts.released();
    }

    private List<Sandbox> read(List<KeyWalk.Step> steps) {
        var now = clock.instant().getEpochSecond();
        var found = batch.read(steps.stream().map(KeyWalk.Step::primaryKey).toList());
        return steps.stream()
                .map(step -> found.get(step.primaryKey()))
                .filter(Objects::nonNull)
                .filter(item -> !item.containsKey(SandboxItem.TTL)
                        || Long.parseLong(item.get(SandboxItem.TTL).n()) > now)
                .map(items::read)
                .toList();
    }

    private Optional<Sandbox> get(SandboxKey key) {
        return sandboxReads.read(SandboxKeys.sandbox(key)).map(items::read);
    }

    private Optional<SandboxKey> holder(String organizationId, String name) {
        return stateReads
                .read(SandboxKeys.name(organizationId, name))
                .map(claim -> new SandboxKey(organizationId, SandboxItem.text(claim, "id")));
    }

    private List<TransactWriteItem> transition(Sandbox seen, Sandbox next, StatusChange change) {
        var parts = new ArrayList<TransactWriteItem>();
        parts.add(TransactWriteItem.builder()
                .put(put -> put.tableName(sandboxes)
                        .item(items.write(next))
                        .conditionExpression("version = :seen")
                        .expressionAttributeValues(seenVersion(seen))
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build());
        if (!next.name().equals(seen.name())) {
            parts.add(putIfAbsent(state, claim(next)));
            parts.add(remove(SandboxKeys.name(seen.organizationId(), seen.name())));
        }
        if (next.state() != seen.state()) {
            parts.add(counted(seen, next));
            parts.add(outbox.announce(change));
            own(seen, next, change).ifPresent(parts::add);
        }
        return parts;
    }

    private Optional<Push> news(Sandbox next, StatusChange change) {
        return pushes.takes() && change.state() != change.previous()
                ? Push.of(change, next.settings().owner())
                : Optional.empty();
    }

    private List<TransactWriteItem> burial(Sandbox seen, Sandbox deleted, StatusChange change) {
        var tombstone = new HashMap<>(items.write(deleted));
        var deletedAt =
                Objects.requireNonNull(deleted.times().deletedAt(), "a deleted sandbox has the time of its end");
        tombstone.put(SandboxItem.TTL, number(deletedAt.plus(TOMBSTONE_LIFE).getEpochSecond()));
        var parts = new ArrayList<>(List.of(
                TransactWriteItem.builder()
                        .delete(delete -> delete.tableName(sandboxes)
                                .key(SandboxKeys.sandbox(new SandboxKey(seen.organizationId(), seen.id())))
                                .conditionExpression("version = :seen")
                                .expressionAttributeValues(seenVersion(seen))
                                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                        .build(),
                put(sandboxes, tombstone),
                remove(SandboxKeys.name(seen.organizationId(), seen.name())),
                counted(seen, deleted),
                remove(SandboxKeys.registered(seen.id())),
                outbox.announce(change)));
        own(seen, deleted, change).ifPresent(parts::add);
        return parts;
    }

    /** What nobody asked for has no request that would be in the trail. */
    private Optional<TransactWriteItem> own(Sandbox seen, Sandbox next, StatusChange change) {
        return SystemAction.of(seen, next, change).map(event -> DynamoAuditTrail.part(state, event));
    }

    private Map<String, AttributeValue> claim(Sandbox sandbox) {
        var claim = new HashMap<>(SandboxKeys.name(sandbox.organizationId(), sandbox.name()));
        claim.put("id", string(sandbox.id()));
        return claim;
    }

    private Map<String, AttributeValue> registration(Sandbox sandbox) {
        var entry = new HashMap<>(SandboxKeys.registered(sandbox.id()));
        entry.put("org", string(sandbox.organizationId()));
        return entry;
    }

    private TransactWriteItem countedIn(Sandbox sandbox, int quota) {
        return TransactWriteItem.builder()
                .update(update -> update.tableName(state)
                        .key(SandboxKeys.counters(sandbox.organizationId()))
                        .updateExpression("ADD #live :one, #state :one")
                        .conditionExpression("attribute_not_exists(#live) OR #live < :quota")
                        .expressionAttributeNames(Map.of(
                                "#live",
                                Counters.LIVE,
                                "#state",
                                sandbox.state().label()))
                        .expressionAttributeValues(Map.of(":one", number(1), ":quota", number(quota))))
                .build();
    }

    private TransactWriteItem counted(Sandbox seen, Sandbox next) {
        var names = new HashMap<String, String>();
        var values = new HashMap<String, AttributeValue>();
        Counters.change(seen, next).forEach((counter, change) -> {
            names.put("#" + counter, counter);
            values.put(":" + counter, AttributeValue.fromN(change.toPlainString()));
        });
        return TransactWriteItem.builder()
                .update(update -> update.tableName(state)
                        .key(SandboxKeys.counters(seen.organizationId()))
                        .updateExpression(Counters.sums(names.values()))
                        .expressionAttributeNames(names)
                        .expressionAttributeValues(values))
                .build();
    }

    private TransactWriteItem putIfAbsent(String table, Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table)
                        .item(item)
                        .conditionExpression("attribute_not_exists(PK)")
                        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD))
                .build();
    }

    private TransactWriteItem put(String table, Map<String, AttributeValue> item) {
        return TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item))
                .build();
    }

    private TransactWriteItem remove(Map<String, AttributeValue> key) {
        return TransactWriteItem.builder()
                .delete(delete -> delete.tableName(state).key(key))
                .build();
    }

    private static Map<String, AttributeValue> seenVersion(Sandbox seen) {
        return Map.of(":seen", number(seen.version()));
    }

    private static boolean failed(TransactionCanceledException e, int part) {
        return e.cancellationReasons().get(part).code().equals("ConditionalCheckFailed");
    }
}
