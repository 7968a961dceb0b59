package dev.elevo.functions.admin;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** API keys. One that is revoked stays as a row, and is found by its id only. */
@Singleton
class KeyTable {
    private static final String OF_USER =
            " FROM api_key WHERE organization_id = ? AND user_id = ? AND revoked_at IS NULL";

    private final Sql sql;
    private final Json json;

    KeyTable(Sql sql, Json json) {
        this.sql = sql;
        this.json = json;
    }

    Optional<Key> find(String id) {
        return sql.one("SELECT * FROM api_key WHERE id = ?", this::key, id);
    }

    /** Nobody else changes it until the transaction has ended. */
    Optional<Key> hold(String id) {
        return sql.one("SELECT * FROM api_key WHERE id = ? FOR UPDATE", this::key, id);
    }

    long count(String organizationId, String userId) {
        return sql.count("SELECT count(*)" + OF_USER, organizationId, userId);
    }

    List<Key> list(String organizationId, String userId, Window window) {
        return sql.list("SELECT *" + OF_USER + window.order(), this::key, organizationId, userId);
    }

    void add(Key key) {
        sql.update(
                "INSERT INTO api_key (id, organization_id, user_id, name, prefix, sha256, permissions, limits, expires_at, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)",
                key.id(),
                key.organizationId(),
                key.userId(),
                key.name(),
                key.prefix(),
                key.sha256(),
                key.permissions(),
                json.write(key.limits()),
                key.expiresAt(),
                key.createdAt());
    }

    Key change(String id, String name, List<String> permissions, Map<String, Integer> limits) {
        return sql.one(
                        "UPDATE api_key SET name = ?, permissions = ?, limits = ?::jsonb, version = " + Sql.NEXT_VERSION
                                + " WHERE id = ? RETURNING *",
                        this::key,
                        name,
                        permissions,
                        json.write(limits),
                        id)
                .orElseThrow();
    }

    void revoke(String id, Instant now) {
        sql.update("UPDATE api_key SET revoked_at = ?, version = " + Sql.NEXT_VERSION + " WHERE id = ?", now, id);
    }

    private Key key(ResultSet row) throws SQLException {
        return new Key(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("user_id"),
                row.getString("name"),
                row.getString("prefix"),
                row.getString("sha256"),
                Sql.texts(row, "permissions"),
                json.numbers(row.getString("limits")),
                Sql.instant(row, "expires_at"),
                Sql.instant(row, "revoked_at"),
                row.getLong("version"),
                Objects.requireNonNull(Sql.instant(row, "created_at")));
    }
}
