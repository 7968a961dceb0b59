package dev.elevo.functions.admin;

import dev.elevo.contract.Failure;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.identity.RehearsalToken;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
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
                .orElseGet(() -> isRehearsal(caller)
                        ? newcomer(caller.organizationId(), caller.userId(), now())
                        : database.write(() -> record(caller)));
    }

    /** Which changes nothing. */
    private static boolean isRehearsal(Principal caller) {
        return caller.organizationId().equals(RehearsalToken.NOBODY);
    }

    private static Member newcomer(String organizationId, String userId, Instant now) {
        return new Member(organizationId, userId, null, null, Map.of(), Role.MEMBER, null, null, now, now);
    }

    /** Within a transaction. */
    Member record(Principal caller) {
        return record(caller.organizationId(), caller.userId());
    }

    private Member record(String organizationId, String userId) {
        var now = now();
        table.add(organizationId, organizationId, now);
        table.addMember(newcomer(organizationId, userId, now));
        return table.findMember(organizationId, userId).orElseThrow();
    }

    /** Whoever has come with nothing but tokens, and never asked who he is, can be shut out all the same. */
    private void recordKnownByToken(String organizationId, String userId) {
        if (!Organizations.isName(userId) || !Organizations.isName(organizationId)) {
            throw AdminFailures.notFound("user", userId);
        }
        record(organizationId, userId);
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
                    seen.disabledReason(),
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

    /** One that is there already is answered as it is, if it is what was asked for. */
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
                    null,
                    now,
                    now));
            var found = table.findMember(organizationId, userId).orElseThrow();
            requireAsAsked("role", found.role(), wanted.role());
            requireAsAsked("name", found.name(), wanted.name());
            requireAsAsked("email", found.email(), wanted.email());
            return found;
        });
    }

    /** By whoever administers the organization. The keys that the user has keep what they were given. */
    Member change(String organizationId, String userId, MemberUpdate wanted) {
        return database.write(() -> {
            var seen =
                    table.holdMember(organizationId, userId).orElseThrow(() -> AdminFailures.notFound("user", userId));
            return table.saveMember(new Member(
                    organizationId,
                    userId,
                    wanted.name() == null ? seen.name() : wanted.name(),
                    wanted.email() == null ? seen.email() : wanted.email(),
                    seen.metadata(),
                    Objects.requireNonNullElse(wanted.role(), seen.role()),
                    seen.disabledAt(),
                    seen.disabledReason(),
                    seen.createdAt(),
                    now()));
        });
    }

    private static void requireAsAsked(String field, @Nullable Object present, @Nullable Object wanted) {
        if (wanted != null && !wanted.equals(present)) {
            throw Failure.Invalid.field(field, "is another of the user who is there already", null)
                    .asException();
        }
    }

    /** In force everywhere when what was remembered of the organization has aged. */
    Member disable(String organizationId, String userId, @Nullable String reason) {
        return stand(organizationId, userId, () -> recordKnownByToken(organizationId, userId), (seen, now) -> {
            var since = Objects.requireNonNullElse(seen.disabledAt(), now);
            return standing(seen, since, reason == null ? seen.disabledReason() : reason, now);
        });
    }

    Member enable(String organizationId, String userId) {
        return stand(organizationId, userId, () -> {}, (seen, now) -> standing(seen, null, null, now));
    }

    private Member stand(
            String organizationId, String userId, Runnable first, BiFunction<Member, Instant, Member> change) {
        return changes.make(new Projector.Subject(Projector.Kind.ORGANIZATION, organizationId), () -> {
            first.run();
            var organization = table.hold(organizationId)
                    .orElseThrow(() -> AdminFailures.notFound("organization", organizationId));
            var seen =
                    table.findMember(organizationId, userId).orElseThrow(() -> AdminFailures.notFound("user", userId));
            table.save(organization, now()); // its version is that of its users, too
            var saved = table.saveMember(change.apply(seen, now()));
            if (saved.disabledAt() != null
                    && seen.disabledAt() == null
                    && table.disabledBytes(organizationId) > OrganizationTable.MOST_BYTES_OF_USERS) {
                throw AdminFailures.tooMany("bytes of names of disabled users", OrganizationTable.MOST_BYTES_OF_USERS);
            }
            return saved;
        });
    }

    private static Member standing(
            Member seen, @Nullable Instant disabledAt, @Nullable String reason, Instant updatedAt) {
        return new Member(
                seen.organizationId(),
                seen.id(),
                seen.name(),
                seen.email(),
                seen.metadata(),
                seen.role(),
                disabledAt,
                reason,
                seen.createdAt(),
                updatedAt);
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
