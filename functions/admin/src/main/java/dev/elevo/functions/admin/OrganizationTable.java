package dev.elevo.functions.admin;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Organizations and their users. */
@Singleton
class OrganizationTable {
    /** Of disabled users, with what an item of the state table needs to hold them. With all keys it is less than 400 KB. */
    static final int MOST_BYTES_OF_USERS = 200_000;

    private static final int MOST_KEYS_NAMED = 10_000;

    /** What a name of a list costs beside its bytes. */
    private static final String BYTES = "octet_length(id) + 3";

    private final Sql sql;
    private final Json json;

    OrganizationTable(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    Optional<Organization> find(String id) {
        return sql.one("SELECT * FROM organization WHERE id = ?", this::organization, id);
    }

    /** Nobody else changes it, its users or the number of their keys until the transaction has ended. */
    Optional<Organization> hold(String id) {
        return sql.one("SELECT * FROM organization WHERE id = ? FOR UPDATE", this::organization, id);
    }

    long count() {
        return sql.count("SELECT count(*) FROM organization");
    }

    List<Organization> list(Window window) {
        return sql.list("SELECT * FROM organization" + window.order(), this::organization);
    }

    /** False where there is one of that id. */
    boolean add(String id, String name, Instant now) {
        return sql.update(
                        "INSERT INTO organization (id, name, created_at, updated_at) VALUES (?, ?, ?, ?) ON CONFLICT"
                                + " DO NOTHING",
                        id,
                        name,
                        now,
                        now)
                == 1;
    }

    Organization save(Organization changed, Instant now) {
        return sql.one(
                        "UPDATE organization SET name = ?, disabled_at = ?, disabled_reason = ?, max_sandboxes = ?,"
                                + " max_volumes = ?, max_snapshots = ?, limits = ?::jsonb, version = "
                                + Sql.NEXT_VERSION
                                + ", updated_at = ? WHERE id = ? RETURNING *",
                        this::organization,
                        changed.name(),
                        changed.disabledAt(),
                        changed.disabledReason(),
                        changed.maxSandboxes(),
                        changed.maxVolumes(),
                        changed.maxSnapshots(),
                        json.write(changed.limits()),
                        now,
                        changed.id())
                .orElseThrow();
    }

    /** How much room the names of its disabled users need. */
    long disabledBytes(String id) {
        return sql.count(
                "SELECT coalesce(sum(" + BYTES
                        + "), 0) FROM member WHERE organization_id = ? AND disabled_at IS NOT NULL",
                id);
    }

    /**
     * Users who may do nothing, and the keys that they have and that somebody may have made something by: not more of them than an item
     * of the state table holds, whatever the database has.
     */
    List<String> disabledNames(String id) {
        return sql.list(
                "SELECT id FROM (SELECT id, sum(" + BYTES + ") OVER (ORDER BY disabled_at, id) AS needed FROM member"
                        + " WHERE organization_id = ? AND disabled_at IS NOT NULL) named WHERE needed <= "
                        + MOST_BYTES_OF_USERS
                        + " UNION ALL (SELECT k.id FROM api_key k"
                        + " JOIN member m ON m.organization_id = k.organization_id AND m.id = k.user_id"
                        + " WHERE m.organization_id = ? AND m.disabled_at IS NOT NULL AND k.revoked_at IS NULL"
                        + " ORDER BY k.created_at DESC LIMIT " + MOST_KEYS_NAMED + ")",
                row -> row.getString(1),
                id,
                id);
    }

    Optional<Member> findMember(String organizationId, String id) {
        return sql.one("SELECT * FROM member WHERE organization_id = ? AND id = ?", this::member, organizationId, id);
    }

    Optional<Member> holdMember(String organizationId, String id) {
        return sql.one(
                "SELECT * FROM member WHERE organization_id = ? AND id = ? FOR UPDATE",
                this::member,
                organizationId,
                id);
    }

    long countMembers(String organizationId) {
        return sql.count("SELECT count(*) FROM member WHERE organization_id = ?", organizationId);
    }

    List<Member> listMembers(String organizationId, Window window) {
        return sql.list(
                "SELECT * FROM member WHERE organization_id = ?" + window.order(), this::member, organizationId);
    }

    /** False where there is one of that id. */
    boolean addMember(Member member) {
        return sql.update(
                        "INSERT INTO member (organization_id, id, name, email, metadata, role, created_at, updated_at)"
                                + " VALUES (?, ?, ?, ?, ?::jsonb, ?, ?, ?) ON CONFLICT DO NOTHING",
                        member.organizationId(),
                        member.id(),
                        member.name(),
                        member.email(),
                        json.write(member.metadata()),
                        member.role().label(),
                        member.createdAt(),
                        member.updatedAt())
                == 1;
    }

    Member saveMember(Member changed) {
        return sql.one(
                        "UPDATE member SET name = ?, email = ?, metadata = ?::jsonb, role = ?, disabled_at = ?,"
                                + " disabled_reason = ?, updated_at = ? WHERE organization_id = ? AND id = ? RETURNING *",
                        this::member,
                        changed.name(),
                        changed.email(),
                        json.write(changed.metadata()),
                        changed.role().label(),
                        changed.disabledAt(),
                        changed.disabledReason(),
                        changed.updatedAt(),
                        changed.organizationId(),
                        changed.id())
                .orElseThrow();
    }

    private Organization organization(ResultSet row) throws SQLException {
        return new Organization(
                row.getString("id"),
                row.getString("name"),
                Sql.instant(row, "disabled_at"),
                row.getString("disabled_reason"),
                Sql.integer(row, "max_sandboxes"),
                Sql.integer(row, "max_volumes"),
                Sql.integer(row, "max_snapshots"),
                json.numbers(row.getString("limits")),
                row.getLong("version"),
                Objects.requireNonNull(Sql.instant(row, "created_at")),
                Objects.requireNonNull(Sql.instant(row, "updated_at")));
    }

    private Member member(ResultSet row) throws SQLException {
        return new Member(
                row.getString("organization_id"),
                row.getString("id"),
                row.getString("name"),
                row.getString("email"),
                json.texts(row.getString("metadata")),
                Role.of(row.getString("role")),
                Sql.instant(row, "disabled_at"),
                row.getString("disabled_reason"),
                Objects.requireNonNull(Sql.instant(row, "created_at")),
                Objects.requireNonNull(Sql.instant(row, "updated_at")));
    }
}
