package dev.elevo.functions.admin;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.limits.RateLimitConfiguration;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The life of an API key: made, used, narrowed, revoked. */
@Singleton
class Keys {
    static final int MOST_PER_USER = 100;
    private static final String ADMINISTRATION = "org:admin";

    private final Database database;
    private final KeyTable table;
    private final OrganizationTable people;
    private final People records;
    private final Changes changes;
    private final KeySecrets secrets;
    private final KnownScopes scopes;
    private final RateLimitConfiguration usual;
    private final InstantSource clock;

    Keys(
            Database database,
            KeyTable table,
            OrganizationTable people,
            People records,
            Changes changes,
            KeySecrets secrets,
            KnownScopes scopes,
            RateLimitConfiguration usual,
            InstantSource clock) {
        this.database = database;
        this.table = table;
        this.people = people;
        this.records = records;
        this.changes = changes;
        this.secrets = secrets;
        this.scopes = scopes;
        this.usual = usual;
        this.clock = clock;
    }

    /** Whose keys are meant. */
    record Owner(String organizationId, String userId) {
        static Owner of(Principal caller) {
            return new Owner(caller.organizationId(), caller.userId());
        }

        static Owner of(Member member) {
            return new Owner(member.organizationId(), member.id());
        }
    }

    /** A key as its owner gets it, once. */
    record Made(Key key, String secret) {
        @Override
        public String toString() {
            return "Made[" + key.id() + "]";
        }
    }

    Made create(Principal caller, CreateKey wanted, @Nullable IdempotencyKey attempt) {
        var owner = records.me(caller);
        var permissions = Objects.requireNonNullElse(wanted.permissions(), caller.scopes());
        return create(caller, owner, wanted, permissions, attempt);
    }

    /** For another: by whoever administers the organization, and not more than the user's role is for. */
    Made createFor(Principal caller, Member owner, CreateKey wanted, @Nullable IdempotencyKey attempt) {
        var permissions =
                Objects.requireNonNullElse(wanted.permissions(), owner.role().scopes());
        requireRole(owner, permissions);
        return create(caller, owner, wanted, permissions, attempt);
    }

    /** Of another's: not more than the user's role is for. */
    Key changeFor(Principal caller, Member owner, String id, KeyUpdate wanted) {
        if (wanted.permissions() != null) {
            requireRole(owner, wanted.permissions());
        }
        return change(caller, Owner.of(owner), id, wanted);
    }

    private static void requireRole(Member owner, List<String> permissions) {
        var beyond = permissions.stream()
                .filter(permission -> !Principal.covers(owner.role().scopes(), permission))
                .toList();
        if (!beyond.isEmpty()) {
            throw Failure.Invalid.field("permissions", "is more than the user's role is for", beyond.getFirst())
                    .asException();
        }
    }

    private Made create(
            Principal caller,
            Member owner,
            CreateKey wanted,
            List<String> permissions,
            @Nullable IdempotencyKey attempt) {
        requireOwn(caller, permissions);
        var now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        requireFuture(wanted.expiresAt(), now);
        var limits = Objects.requireNonNullElse(wanted.limits(), Map.<String, Integer>of());
        if (!limits.isEmpty()) {
            requireSettable(caller, limits);
        }
        var id = attempt == null ? Ids.KEY.random() : Ids.KEY.derivedFrom(attempt.secretSeed());
        var secret = secrets.make(attempt);
        var key = new Key(
                id,
                owner.organizationId(),
                owner.id(),
                wanted.name(),
                secret.substring(0, KeySecrets.PREFIX_LENGTH),
                KeySecrets.sha256(secret),
                permissions,
                limits,
                wanted.expiresAt() == null ? null : wanted.expiresAt().truncatedTo(ChronoUnit.MILLIS),
                null,
                1,
                now);
        var made = changes.make(new Projector.Subject(Projector.Kind.KEY, id), () -> {
            scopes.require(permissions, caller.scopes());
            requireMaker(caller, permissions);
            requireWithin(owner.organizationId(), limits);
            people.holdMember(owner.organizationId(), owner.id());
            var present = table.find(id);
            if (present.isPresent()) {
                return requireSame(present.get(), key); // an attempt that died before its answer
            }
            if (table.count(owner.organizationId(), owner.id()) >= MOST_PER_USER) {
                throw AdminFailures.tooMany("api-keys", MOST_PER_USER);
            }
            table.add(key);
            return key;
        });
        return new Made(made, secret);
    }

    Slice<Key> list(Owner owner, PageQuery page) {
        return database.read(() -> Window.slice(
                page,
                table.count(owner.organizationId(), owner.userId()),
                window -> table.list(owner.organizationId(), owner.userId(), window)));
    }

    Optional<Key> find(@Nullable String id) {
        return id == null ? Optional.empty() : database.read(() -> table.find(id));
    }

    /** Another name, and fewer rights; more, where they are the caller's to give. */
    Key change(Principal caller, Owner owner, String id, KeyUpdate wanted) {
        var permissions = wanted.permissions();
        if (permissions != null) {
            requireOwn(caller, permissions);
        }
        var limits = wanted.limits();
        if (limits != null) {
            requireSettable(caller, limits);
        }
        return changes.make(new Projector.Subject(Projector.Kind.KEY, id), () -> {
            if (permissions != null && !id.equals(caller.keyId())) {
                if (caller.keyId() != null && id.compareTo(caller.keyId()) < 0) {
                    table.hold(id); // two keys that change each other wait for each other in one order
                }
                requireMaker(caller, permissions);
            }
            var seen = held(owner, id);
            if (limits != null) {
                requireWithin(owner.organizationId(), limits);
            }
            if (permissions != null) {
                scopes.require(permissions, seen.permissions());
            }
            if (permissions != null && id.equals(caller.keyId())) {
                requireCovered(caller, seen, permissions);
            }
            return table.change(
                    id,
                    Objects.requireNonNullElse(wanted.name(), seen.name()),
                    Objects.requireNonNullElse(permissions, seen.permissions()),
                    Objects.requireNonNullElse(limits, seen.limits()));
        });
    }

    /** Of one that is revoked already nothing is known any more; but that must have come to the state table, too. */
    void revoke(Owner owner, String id) {
        var isNew = changes.make(new Projector.Subject(Projector.Kind.KEY, id), () -> {
            if (heldEver(owner, id).revokedAt() != null) {
                return false;
            }
            table.revoke(id, clock.instant());
            return true;
        });
        if (!isNew) {
            throw AdminFailures.notFound("API key", id);
        }
    }

    private Key held(Owner owner, String id) {
        var key = heldEver(owner, id);
        if (key.revokedAt() != null) {
            throw AdminFailures.notFound("API key", id);
        }
        return key;
    }

    private Key heldEver(Owner owner, String id) {
        return table.hold(id)
                .filter(key -> key.organizationId().equals(owner.organizationId())
                        && key.userId().equals(owner.userId()))
                .orElseThrow(() -> AdminFailures.notFound("API key", id));
    }

    /** What is told again is what was asked for, or nothing. */
    private static Key requireSame(Key present, Key wanted) {
        var isSame = present.revokedAt() == null
                && present.organizationId().equals(wanted.organizationId())
                && present.userId().equals(wanted.userId())
                && present.sha256().equals(wanted.sha256())
                && present.name().equals(wanted.name())
                && present.permissions().equals(wanted.permissions())
                && present.limits().equals(wanted.limits())
                && Objects.equals(present.expiresAt(), wanted.expiresAt());
        if (!isSame) {
            throw new Failure.Refused(
                            ErrorCode.IDEMPOTENCY_CONFLICT,
                            "This key was used with another body",
                            Map.of("reason", "body_mismatch"))
                    .asException();
        }
        return present;
    }

    private static void requireOwn(Principal caller, List<String> permissions) {
        if (!permissions.stream().allMatch(caller::mayGive)) {
            throw AdminFailures.notYours(permissions, caller);
        }
    }

    /**
     * What was remembered of the caller's own key may be a moment old; what is given away by it is decided by what it is now. One that
     * the database does not have, since it is a new one or was restored from before, gives nothing away: nobody could revoke it.
     */
    private void requireMaker(Principal caller, List<String> permissions) {
        if (caller.keyId() != null && !caller.isBootstrap()) {
            var own = table.hold(caller.keyId()).orElseThrow(AdminFailures::unknownKey);
            requireCovered(caller, own, permissions);
        }
    }

    private static void requireCovered(Principal caller, Key own, List<String> permissions) {
        if (own.revokedAt() != null) {
            throw AdminFailures.revoked();
        }
        if (!permissions.stream().allMatch(permission -> Principal.covers(own.permissions(), permission))) {
            throw AdminFailures.notYours(permissions, caller);
        }
    }

    /** Limits are set, and taken away, by whoever administers the organization, not by those whom they are to hold. */
    private static void requireSettable(Principal caller, Map<String, Integer> limits) {
        Limited.check(limits);
        if (!caller.grants(ADMINISTRATION) && !caller.grants("system:admin")) {
            throw AdminFailures.lacking(ADMINISTRATION, caller);
        }
    }

    /** Within a transaction. No key gets more than its organization has for each. */
    private void requireWithin(String organizationId, Map<String, Integer> limits) {
        if (limits.isEmpty()) {
            return;
        }
        var own = people.find(organizationId).map(Organization::limits).orElse(Map.of());
        limits.forEach((label, limit) -> {
            var most = own.getOrDefault(label, usual.of(Limited.rateClass(label)));
            if (limit > most) {
                throw Failure.Invalid.field(
                                "limits." + label, "must be at most " + most + ", as the organization's", limit)
                        .asException();
            }
        });
    }

    private static void requireFuture(@Nullable Instant expiresAt, Instant now) {
        if (expiresAt != null && !expiresAt.isAfter(now)) {
            throw Failure.Invalid.field("expiresAt", "must be in the future", expiresAt.toString())
                    .asException();
        }
    }
}
