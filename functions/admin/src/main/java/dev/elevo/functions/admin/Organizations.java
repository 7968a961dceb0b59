package dev.elevo.functions.admin;

import dev.elevo.contract.Failure;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Organizations, what they may have, and whether they may do anything. */
@Singleton
class Organizations {
    private final Database database;
    private final OrganizationTable table;
    private final Changes changes;
    private final InstantSource clock;

    Organizations(Database database, OrganizationTable table, Changes changes, InstantSource clock) {
        this.database = database;
        this.table = table;
        this.changes = changes;
        this.clock = clock;
    }

    Organization create(String id, String name) {
        return database.write(() -> {
            if (!table.add(id, name, now())) {
                throw Failure.Invalid.field("id", "is in use", id).asException();
            }
            return table.find(id).orElseThrow();
        });
    }

    Organization get(String id) {
        return database.read(() -> table.find(id)).orElseThrow(() -> AdminFailures.notFound("organization", id));
    }

    Slice<Organization> list(PageQuery page) {
        return database.read(() -> Window.slice(page, table.count(), table::list));
    }

    Organization change(String id, OrganizationUpdate wanted) {
        var limits = wanted.limits();
        if (limits != null) {
            Limited.check(limits);
        }
        return change(
                id,
                seen -> new Organization(
                        id,
                        Objects.requireNonNullElse(wanted.name(), seen.name()),
                        seen.disabledAt(),
                        seen.disabledReason(),
                        wanted.maxSandboxes() == null ? seen.maxSandboxes() : wanted.maxSandboxes(),
                        wanted.maxVolumes() == null ? seen.maxVolumes() : wanted.maxVolumes(),
                        wanted.maxSnapshots() == null ? seen.maxSnapshots() : wanted.maxSnapshots(),
                        limits == null ? seen.limits() : limits,
                        seen.version(),
                        seen.createdAt(),
                        seen.updatedAt()));
    }

    /** Its keys and tokens stop at once, its sandboxes with the next sweep. */
    Organization disable(String id, @Nullable String reason) {
        return change(id, seen -> standing(seen, now(), reason));
    }

    Organization enable(String id) {
        return change(id, seen -> standing(seen, null, null));
    }

    private static Organization standing(Organization seen, @Nullable Instant disabledAt, @Nullable String reason) {
        return new Organization(
                seen.id(),
                seen.name(),
                disabledAt,
                reason,
                seen.maxSandboxes(),
                seen.maxVolumes(),
                seen.maxSnapshots(),
                seen.limits(),
                seen.version(),
                seen.createdAt(),
                seen.updatedAt());
    }

    private Organization change(String id, UnaryOperator<Organization> change) {
        return changes.make(new Projector.Subject(Projector.Kind.ORGANIZATION, id), () -> {
            var seen = table.hold(id).orElseThrow(() -> AdminFailures.notFound("organization", id));
            return table.save(change.apply(seen), now());
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
