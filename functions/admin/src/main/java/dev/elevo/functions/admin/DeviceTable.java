package dev.elevo.functions.admin;

import dev.elevo.platform.push.DevicePlatform;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Devices by their tokens and by their users. Who changes some holds their rows before he counts the change with their users: in this
 * order always, so that two never wait for each other.
 */
@Singleton
class DeviceTable {
    private static final String OF_USER = " FROM device WHERE organization_id = ? AND user_id = ?";

    private final Sql sql;

    DeviceTable(Sql sql) {
        this.sql = sql;
    }

    /** False where there is one with the token. */
    boolean add(RegisteredDevice device) {
        return sql.update(
                        "INSERT INTO device (id, organization_id, user_id, platform, token, token_sha256, name, created_at, registered_at)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (token_sha256) DO NOTHING",
                        device.id(),
                        device.organizationId(),
                        device.userId(),
                        device.platform().label(),
                        device.token(),
                        KeySecrets.sha256(device.token()),
                        device.name(),
                        device.createdAt(),
                        device.registeredAt())
                == 1;
    }

    /** Nobody else changes it until the transaction has ended. */
    Optional<RegisteredDevice> holdByToken(String token) {
        return sql.one(
                "SELECT * FROM device WHERE token_sha256 = ? FOR UPDATE", this::device, KeySecrets.sha256(token));
    }

    Optional<RegisteredDevice> hold(String id) {
        return sql.one("SELECT * FROM device WHERE id = ? FOR UPDATE", this::device, id);
    }

    /** Everything of it but its token may be another. */
    void save(String id, RegisteredDevice device) {
        sql.update(
                "UPDATE device SET id = ?, organization_id = ?, user_id = ?, platform = ?, name = ?, created_at = ?, registered_at = ?"
                        + " WHERE id = ?",
                device.id(),
                device.organizationId(),
                device.userId(),
                device.platform().label(),
                device.name(),
                device.createdAt(),
                device.registeredAt(),
                id);
    }

    void remove(String id) {
        sql.update("DELETE FROM device WHERE id = ?", id);
    }

    long count(String organizationId, String userId) {
        return sql.count("SELECT count(*)" + OF_USER, organizationId, userId);
    }

    List<RegisteredDevice> list(String organizationId, String userId, Window window) {
        return sql.list("SELECT *" + OF_USER + window.order(), this::device, organizationId, userId);
    }

    List<RegisteredDevice> list(String organizationId, String userId) {
        return sql.list("SELECT *" + OF_USER + " ORDER BY id", this::device, organizationId, userId);
    }

    /** The user's devices have changed; until the transaction has ended nobody else changes them. */
    void count(DeviceOwner owner) {
        sql.update(
                "UPDATE member SET devices_version = devices_version + 1 WHERE organization_id = ? AND id = ?",
                owner.organizationId(),
                owner.userId());
    }

    long version(DeviceOwner owner) {
        return sql.count(
                "SELECT devices_version FROM member WHERE organization_id = ? AND id = ?",
                owner.organizationId(),
                owner.userId());
    }

    private RegisteredDevice device(ResultSet row) throws SQLException {
        return new RegisteredDevice(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("user_id"),
                DevicePlatform.of(row.getString("platform")),
                row.getString("token"),
                row.getString("name"),
                Objects.requireNonNull(Sql.instant(row, "created_at")),
                Objects.requireNonNull(Sql.instant(row, "registered_at")));
    }
}
