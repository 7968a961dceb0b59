package dev.elevo.functions.admin;

import dev.elevo.contract.Ids;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.push.DynamoDevices;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where users are told what becomes of their sandboxes. */
@Singleton
class Devices {
    static final int MOST_PER_USER = 20;

    private final Database database;
    private final DeviceTable table;
    private final People people;
    private final Changes changes;
    private final DynamoDevices known;
    private final InstantSource clock;

    Devices(
            Database database,
            DeviceTable table,
            People people,
            Changes changes,
            DynamoDevices known,
            InstantSource clock) {
        this.database = database;
        this.table = table;
        this.people = people;
        this.changes = changes;
        this.known = known;
        this.clock = clock;
    }

    /** @param isNew false where the token was known, whose ever it was */
    record Registered(RegisteredDevice device, boolean isNew) {}

    /** An application does it whenever it starts. Who has the token has the device, so it is taken from whoever had it before. */
    Registered register(Principal caller, CreateDevice wanted, @Nullable IdempotencyKey attempt) {
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var fresh = new RegisteredDevice(
                attempt == null ? Ids.DEVICE.random() : Ids.DEVICE.derivedFrom(attempt.seed()),
                caller.organizationId(),
                caller.userId(),
                wanted.platform(),
                wanted.token(),
                wanted.name(),
                now,
                now);
        var owner = DeviceOwner.of(fresh);
        return changes.make(() -> {
            people.record(caller);
            if (table.add(fresh)) {
                return counted(new Registered(fresh, true), owner, List.of(owner));
            }
            var seen = table.holdByToken(wanted.token()).orElseThrow();
            var before = DeviceOwner.of(seen);
            // Another's device is a new one to him who has it now: what became of it before is not his to know.
            var saved = before.equals(owner) ? again(seen, fresh) : fresh;
            table.save(seen.id(), saved);
            // The first attempt made it, and died before its answer.
            return counted(
                    new Registered(saved, seen.id().equals(fresh.id())),
                    owner,
                    Stream.of(before, owner)
                            .distinct()
                            .sorted(DeviceOwner.ORDER)
                            .toList());
        });
    }

    private static RegisteredDevice again(RegisteredDevice seen, RegisteredDevice fresh) {
        return new RegisteredDevice(
                seen.id(),
                seen.organizationId(),
                seen.userId(),
                fresh.platform(),
                seen.token(),
                fresh.name() == null ? seen.name() : fresh.name(),
                seen.createdAt(),
                fresh.registeredAt());
    }

    private Changes.Done<Registered> counted(Registered registered, DeviceOwner owner, List<DeviceOwner> owners) {
        owners.forEach(table::count);
        if (table.count(owner.organizationId(), owner.userId()) > MOST_PER_USER) {
            throw AdminFailures.tooMany("devices", MOST_PER_USER);
        }
        return new Changes.Done<>(
                registered, owners.stream().map(DeviceOwner::subject).toList());
    }

    Slice<RegisteredDevice> list(Principal caller, PageQuery page) {
        return database.read(() -> Window.slice(
                page,
                table.count(caller.organizationId(), caller.userId()),
                window -> table.list(caller.organizationId(), caller.userId(), window)));
    }

    void remove(Principal caller, String id) {
        var owner = new DeviceOwner(caller.organizationId(), caller.userId());
        changes.make(owner.subject(), () -> {
            if (table.hold(id).map(DeviceOwner::of).filter(owner::equals).isEmpty()) {
                throw AdminFailures.notFound("device", id);
            }
            table.remove(id);
            table.count(owner);
            return id;
        });
    }

    /** Of what was found out to be dead, what has not said since then that it lives. */
    void removeDead() {
        known.dead().forEach(this::removeDead);
    }

    private void removeDead(String id, Instant foundOut) {
        changes.make(() -> {
            var dead = table.hold(id)
                    .filter(device -> !device.registeredAt().isAfter(foundOut))
                    .map(DeviceOwner::of);
            dead.ifPresent(owner -> {
                table.remove(id);
                table.count(owner);
            });
            return new Changes.Done<>(
                    id, dead.map(DeviceOwner::subject).stream().toList());
        });
        known.bury(id);
    }
}
