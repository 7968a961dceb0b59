package dev.elevo.functions.admin;

import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Users. Whoever comes with a credential has a record from the first time on that somebody asks for it. */
@Singleton
class People {
    private final Database database;
    private final OrganizationTable table;
    private final Changes changes;
    private final InstantSource clock;

    People(Database database, OrganizationTable table, Changes changes, InstantSource clock) {
        this.database = database;
        this.table = table;
        this.changes = changes;
        this.clock = clock;
    }

    Member me(Principal caller) {
        return database.read(() -> table.findMember(caller.organizationId(), caller.userId()))
                .orElseGet(() -> database.write(() -> record(caller)));
    }

    /** Within a transaction. */
    Member record(Principal caller) {
        var now = now();
        table.add(caller.organizationId(), caller.organizationId(), now);
        table.addMember(new Member(
                caller.organizationId(), caller.userId(), null, null, Map.of(), Role.MEMBER, null, now, now));
        return table.findMember(caller.organizationId(), caller.userId()).orElseThrow();
    }

    Member describe(Principal caller, UserUpdate wanted) {
        return database.write(() -> {
            var seen = record(caller);
            return table.saveMember(new Member(
                    seen.organizationId(),
                    seen.id(),
                    wanted.name(),
                    wanted.email(),
                    Objects.requireNonNullElse(wanted.metadata(), Map.of()),
                    seen.role(),
                    seen.disabledAt(),
                    seen.createdAt(),
                    now()));
        });
    }

    Slice<Member> list(String organizationId, PageQuery page) {
        return database.read(() -> {
            requireOrganization(organizationId);
            return Window.slice(
                    page, table.countMembers(organizationId), window -> table.listMembers(organizationId, window));
        });
    }

    Member get(String organizationId, String userId) {
        return database.read(() -> table.findMember(organizationId, userId))
                .orElseThrow(() -> AdminFailures.notFound("user", userId));
    }

    /** One that is there already is answered as it is. */
    Member invite(String organizationId, String userId, CreateUser wanted) {
        return database.write(() -> {
            requireOrganization(organizationId);
            var now = now();
            table.addMember(new Member(
                    organizationId,
                    userId,
                    wanted.name(),
                    wanted.email(),
                    Map.of(),
                    Objects.requireNonNullElse(wanted.role(), Role.MEMBER),
                    null,
                    now,
                    now));
            return table.findMember(organizationId, userId).orElseThrow();
        });
    }

    /** In force everywhere when what was remembered of the organization has aged. */
    Member disable(String organizationId, String userId, boolean disabled) {
        return changes.make(new Projector.Subject(Projector.Kind.ORGANIZATION, organizationId), () -> {
            var organization = table.hold(organizationId)
                    .orElseThrow(() -> AdminFailures.notFound("organization", organizationId));
            var seen =
                    table.findMember(organizationId, userId).orElseThrow(() -> AdminFailures.notFound("user", userId));
            table.save(organization, now()); // its version is that of its users, too
            return table.saveMember(new Member(
                    organizationId,
                    userId,
                    seen.name(),
                    seen.email(),
                    seen.metadata(),
                    seen.role(),
                    since(disabled, seen.disabledAt()),
                    seen.createdAt(),
                    now()));
        });
    }

    private @Nullable Instant since(boolean disabled, @Nullable Instant already) {
        return disabled ? Objects.requireNonNullElseGet(already, this::now) : null;
    }

    private void requireOrganization(String id) {
        if (table.find(id).isEmpty()) {
            throw AdminFailures.notFound("organization", id);
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
