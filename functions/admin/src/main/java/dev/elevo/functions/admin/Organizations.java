package dev.elevo.functions.admin;

import dev.elevo.contract.Failure;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Organizations, what they may have, and whether they may do anything. */
@Singleton
class Organizations {
    private static final int LONGEST_NAME = 255;

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

    /** Whether a token may name one so: it fits into every key, and nothing in it is invisible. */
    static boolean isName(String id) {
        return !id.isBlank() && id.length() <= LONGEST_NAME && id.chars().noneMatch(Character::isISOControl);
    }

    /** One that is there already is answered as it is, if it is what was asked for. */
    Organization create(CreateOrganization wanted) {
        var id = wanted.id();
        if (Principal.isReserved(id)) {
            throw Failure.Invalid.field("id", "is reserved", id).asException();
        }
        var limits = Objects.requireNonNullElse(wanted.limits(), Map.<String, Integer>of());
        Limited.check(limits);
        return changes.make(new Projector.Subject(Projector.Kind.ORGANIZATION, id), () -> {
            var isNew = table.add(id, Objects.requireNonNullElse(wanted.name(), id), now());
            var there = table.hold(id).orElseThrow();
            if (isNew) {
                return table.save(
                        new Organization(
                                id,
                                there.name(),
                                null,
                                null,
                                wanted.maxSandboxes(),
                                wanted.maxVolumes(),
                                wanted.maxSnapshots(),
                                limits,
                                there.version(),
                                there.createdAt(),
                                there.updatedAt()),
                        now());
            }
            requireAsAsked("name", there.name(), wanted.name());
            requireAsAsked("maxSandboxes", there.maxSandboxes(), wanted.maxSandboxes());
            requireAsAsked("maxVolumes", there.maxVolumes(), wanted.maxVolumes());
            requireAsAsked("maxSnapshots", there.maxSnapshots(), wanted.maxSnapshots());
            requireAsAsked("limits", there.limits(), wanted.limits());
            return there;
        });
    }

    private static void requireAsAsked(String field, @Nullable Object present, @Nullable Object wanted) {
        if (wanted != null && !wanted.equals(present)) {
            throw Failure.Invalid.field(field, "is another of the organization that is there already", null)
                    .asException();
        }
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
        return record(
                id,
                seen -> new Organization(
                        id,
                        Objects.requireNonNullElse(wanted.name(), seen.name()),
                        seen.disabledAt(),
                        seen.disabledReason(),
                        wanted.quota("maxSandboxes", wanted.maxSandboxes(), seen.maxSandboxes()),
                        wanted.quota("maxVolumes", wanted.maxVolumes(), seen.maxVolumes()),
                        wanted.quota("maxSnapshots", wanted.maxSnapshots(), seen.maxSnapshots()),
                        limits != null ? limits : wanted.resets("limits") ? Map.of() : seen.limits(),
                        seen.version(),
                        seen.createdAt(),
                        seen.updatedAt()));
    }

    /** Its keys and tokens stop at once, its sandboxes with the next sweep. */
    Organization disable(String id, @Nullable String reason) {
        return record(id, seen -> standing(seen, now(), reason));
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

    /** Also of one that nobody created here, and whose users have come with tokens only. */
    private Organization record(String id, UnaryOperator<Organization> change) {
        if (!isName(id)) {
            throw AdminFailures.notFound("organization", id);
        }
        return changes.make(new Projector.Subject(Projector.Kind.ORGANIZATION, id), () -> {
            table.add(id, id, now());
            return table.save(change.apply(table.hold(id).orElseThrow()), now());
        });
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
