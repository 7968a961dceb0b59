package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which instances the services have, and how they are. */
@Singleton
public class Instances {
    static final int MOST = 2000;
    private static final int FAILURES = 3;

    private final RuleChanges changes;
    private final RuleStore store;
    private final InstantSource clock;

    Instances(RuleChanges changes, RuleStore store, InstantSource clock) {
        this.changes = changes;
        this.store = store;
        this.clock = clock;
    }

    /** Some of a service's. */
    record Found(long total, long healthy, List<Instance> instances) {}

    /** @param fields whose value is another now */
    record Changed(Instance instance, List<String> fields) {}

    Instance register(Fields fields) {
        var settings = InstanceSettings.read(fields, InstanceSettings.UNSAID);
        fields.check();
        var now = now();
        var instance = new Instance(UUID.randomUUID(), settings, Instance.Status.HEALTHY, 0, null, now, now);
        return changes.make(() -> {
            RuleChanges.checkRoom(store.countInstances(), MOST, "instances");
            if (!store.add(instance)) {
                throw RuleChanges.existing("an instance " + settings.instanceId() + " of " + settings.serviceName());
            }
            return instance;
        });
    }

    Found list(String service, Instance.@Nullable Status status, int from, int most) {
        var label = status == null ? null : status.label();
        return changes.read(() -> new Found(
                store.countInstances(service, label),
                store.countInstances(service, Instance.Status.HEALTHY.label()),
                store.instances(service, label, from, most)));
    }

    Changed change(String idOrName, Fields fields) {
        return changes.make(() -> changed(held(idOrName), fields), changed -> store.save(changed.instance()));
    }

    private Changed changed(Instance seen, Fields fields) {
        var settings = InstanceSettings.change(fields, seen.settings());
        var label = fields.choice("status", seen.status().label(), List.of("healthy", "unhealthy", "draining"));
        fields.check();
        var status = Instance.Status.of(label);
        var changed = new ArrayList<String>();
        if (status != seen.status()) {
            changed.add("status");
        }
        var before = seen.settings().asFields();
        settings.asFields().forEach((name, value) -> {
            if (!value.equals(before.get(name))) {
                changed.add(name);
            }
        });
        return new Changed(
                new Instance(seen.id(), settings, status, 0, seen.lastCheck(), seen.registeredAt(), now()), changed);
    }

    UUID deregister(String idOrName) {
        return changes.make(() -> held(idOrName).id(), store::removeInstance);
    }

    /** Whether this instance is to be checked now, by whoever asks and by nobody else. */
    public boolean claimCheck(Instance instance) {
        var now = now();
        return changes.write(() -> store.claimCheck(
                instance.id(),
                now,
                now.minusSeconds(instance.settings().healthCheckSeconds()).plusMillis(500)));
    }

    /** What a check has found. Three failures in a row, or one success; of one that drains nothing follows. */
    public void checked(UUID id, boolean well) {
        changes.make(
                () -> store.holdInstance(id).map(seen -> new Checked(seen, after(seen, well))),
                checked -> checked.filter(Checked::isOfAnotherStatus).isPresent(),
                checked -> checked.filter(Checked::isNew).ifPresent(found -> store.save(found.after())));
    }

    private record Checked(Instance before, Instance after) {
        boolean isOfAnotherStatus() {
            return after.status() != before.status();
        }

        boolean isNew() {
            return isOfAnotherStatus() || after.failedChecks() != before.failedChecks();
        }
    }

    private Instance after(Instance seen, boolean well) {
        var failed = well ? 0 : seen.failedChecks() + 1;
        var status = switch (seen.status()) {
            case DRAINING -> seen.status();
            case HEALTHY, UNHEALTHY ->
                well ? Instance.Status.HEALTHY : failed >= FAILURES ? Instance.Status.UNHEALTHY : seen.status();
        };
        return new Instance(seen.id(), seen.settings(), status, failed, seen.lastCheck(), seen.registeredAt(), now());
    }

    private Instance held(String idOrName) {
        return id(idOrName)
                .flatMap(store::holdInstance)
                .or(() -> named(idOrName))
                .orElseThrow(() -> RuleChanges.missing("instance", Excerpt.of(idOrName)));
    }

    private static Optional<UUID> id(String idOrName) {
        try {
            return Optional.of(UUID.fromString(idOrName));
        } catch (IllegalArgumentException aName) {
            return Optional.empty();
        }
    }

    /** A name may look like an id: tasks and pods are called so. */
    private Optional<Instance> named(String name) {
        var named = store.named(name);
        if (named.size() > 1) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_NOT_FOUND,
                            "Several services have an instance " + Excerpt.of(name)
                                    + ": say which by the id that its registration answered")
                    .asException();
        }
        return named.stream().findFirst().flatMap(store::holdInstance);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
