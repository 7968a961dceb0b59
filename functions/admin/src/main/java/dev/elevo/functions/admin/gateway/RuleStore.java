package dev.elevo.functions.admin.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.functions.admin.Sql;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes, instances and permissions in PostgreSQL, in the transaction that somebody has begun. */
@Singleton
class RuleStore {
    private static final String LIVE = " FROM gateway_route WHERE deleted_at IS NULL";
    private static final String MATCHING =
            LIVE + " AND (?::text IS NULL OR service_name = ?) AND (?::boolean IS NULL OR is_active = ?)";
    private static final String OF_SERVICE =
            " FROM gateway_instance WHERE service_name = ? AND (?::text IS NULL OR status = ?)";

    private final Sql sql;
    private final JsonMapper json;

    RuleStore(Sql sql, JsonMapper json) {
        this.sql = sql;
        this.json = json;
    }

    Rules load(String deployment) {
        return new Rules(
                deployment,
                sql.list("SELECT *" + LIVE, this::route),
                sql.list("SELECT * FROM gateway_instance ORDER BY registered_at, id", this::instance));
    }

    long countRoutes() {
        return sql.count("SELECT count(*)" + LIVE);
    }

    long countRoutes(@Nullable String service, @Nullable Boolean active) {
        return sql.count("SELECT count(*)" + MATCHING, service, service, active, active);
    }

    List<Route> routes(@Nullable String service, @Nullable Boolean active, int from, int most) {
        return sql.list(
                "SELECT *" + MATCHING + " ORDER BY priority DESC, created_at, id LIMIT ? OFFSET ?",
                this::route,
                service,
                service,
                active,
                active,
                most,
                from);
    }

    /** Nobody else changes it until the transaction has ended. */
    Optional<Route> holdRoute(UUID id) {
        return sql.one("SELECT *" + LIVE + " AND id = ? FOR UPDATE", this::route, id);
    }

    /** False when there is one for the same requests. */
    boolean add(Route route) {
        var settings = route.settings();
        return sql.update(
                        "INSERT INTO gateway_route (id, service_name, path_pattern, method, version, is_active, priority,"
                                + " settings, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)"
                                + " ON CONFLICT DO NOTHING",
                        route.id(),
                        settings.serviceName(),
                        settings.pathPattern(),
                        settings.method(),
                        settings.version(),
                        settings.active(),
                        settings.priority(),
                        write(settings.asFields()),
                        route.createdAt(),
                        route.updatedAt())
                == 1;
    }

    void save(Route route) {
        var settings = route.settings();
        sql.update(
                "UPDATE gateway_route SET service_name = ?, path_pattern = ?, method = ?, version = ?, is_active = ?,"
                        + " priority = ?, settings = ?::jsonb, updated_at = ? WHERE id = ?",
                settings.serviceName(),
                settings.pathPattern(),
                settings.method(),
                settings.version(),
                settings.active(),
                settings.priority(),
                write(settings.asFields()),
                route.updatedAt(),
                route.id());
    }

    boolean removeRoute(UUID id, Instant now) {
        return sql.update("UPDATE gateway_route SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL", now, id) == 1;
    }

    long countInstances() {
        return sql.count("SELECT count(*) FROM gateway_instance");
    }

    long countInstances(String service, @Nullable String status) {
        return sql.count("SELECT count(*)" + OF_SERVICE, service, status, status);
    }

    List<Instance> instances(String service, @Nullable String status, int from, int most) {
        return sql.list(
                "SELECT *" + OF_SERVICE + " ORDER BY registered_at, id LIMIT ? OFFSET ?",
                this::instance,
                service,
                status,
                status,
                most,
                from);
    }

    Optional<Instance> holdInstance(UUID id) {
        return sql.one("SELECT * FROM gateway_instance WHERE id = ? FOR UPDATE", this::instance, id);
    }

    /** Two at the most: who has a namesake in another service is not meant by his name alone. */
    List<UUID> named(String instanceId) {
        return sql.list(
                "SELECT id FROM gateway_instance WHERE instance_id = ? LIMIT 2",
                row -> row.getObject("id", UUID.class),
                instanceId);
    }

    /** False when the service has one of that name. */
    boolean add(Instance instance) {
        return sql.update(
                        "INSERT INTO gateway_instance (id, service_name, instance_id, settings, status, registered_at,"
                                + " updated_at) VALUES (?, ?, ?, ?::jsonb, ?, ?, ?) ON CONFLICT DO NOTHING",
                        instance.id(),
                        instance.settings().serviceName(),
                        instance.settings().instanceId(),
                        write(instance.settings().asFields()),
                        instance.status().label(),
                        instance.registeredAt(),
                        instance.updatedAt())
                == 1;
    }

    void save(Instance instance) {
        sql.update(
                "UPDATE gateway_instance SET settings = ?::jsonb, status = ?, failed_checks = ?, updated_at = ? WHERE id = ?",
                write(instance.settings().asFields()),
                instance.status().label(),
                instance.failedChecks(),
                instance.updatedAt(),
                instance.id());
    }

    /** Of all that want to check it at the same time, one may. */
    boolean claimCheck(UUID id, Instant now, Instant due) {
        return sql.update(
                        "UPDATE gateway_instance SET last_check = ? WHERE id = ? AND (last_check IS NULL OR last_check <= ?)",
                        now,
                        id,
                        due)
                == 1;
    }

    boolean removeInstance(UUID id) {
        return sql.update("DELETE FROM gateway_instance WHERE id = ?", id) == 1;
    }

    List<Permission> permissions() {
        return sql.list(
                "SELECT * FROM permission ORDER BY created_at, permission_code",
                row -> new Permission(
                        row.getObject("id", UUID.class),
                        row.getString("permission_code"),
                        row.getString("permission_name"),
                        Objects.requireNonNullElse(row.getString("description"), ""),
                        Objects.requireNonNullElse(row.getString("resource_type"), ""),
                        Sql.texts(row, "actions"),
                        row.getBoolean("is_system"),
                        Objects.requireNonNull(Sql.instant(row, "created_at"))));
    }

    /** False when there is one of that code. */
    boolean add(Permission permission) {
        return sql.update(
                        "INSERT INTO permission (id, permission_code, permission_name, description, resource_type, actions,"
                                + " is_system, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        permission.id(),
                        permission.code(),
                        permission.name(),
                        permission.description(),
                        permission.resourceType(),
                        permission.actions(),
                        permission.system(),
                        permission.createdAt())
                == 1;
    }

    private Route route(ResultSet row) throws SQLException {
        return new Route(
                row.getObject("id", UUID.class),
                settings(row, fields -> RouteSettings.read(fields, RouteSettings.UNSAID)),
                Objects.requireNonNull(Sql.instant(row, "created_at")),
                Objects.requireNonNull(Sql.instant(row, "updated_at")));
    }

    private Instance instance(ResultSet row) throws SQLException {
        return new Instance(
                row.getObject("id", UUID.class),
                settings(row, fields -> InstanceSettings.read(fields, InstanceSettings.UNSAID)),
                Instance.Status.of(row.getString("status")),
                row.getInt("failed_checks"),
                Sql.instant(row, "last_check"),
                Objects.requireNonNull(Sql.instant(row, "registered_at")),
                Objects.requireNonNull(Sql.instant(row, "updated_at")));
    }

    /** They were checked before they were written: what is wrong with them now is no caller's mistake. */
    private <T> T settings(ResultSet row, Function<Fields, T> reader) throws SQLException {
        try {
            return reader.apply(new Fields(
                    json, Objects.requireNonNull(json.readValue(row.getString("settings"), JsonNode.class))));
        } catch (IOException | ApiException e) {
            throw new IllegalStateException("the stored settings are damaged", e);
        }
    }

    private String write(Map<String, JsonNode> fields) {
        try {
            return json.writeValueAsString(JsonNode.createObjectNode(fields));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
