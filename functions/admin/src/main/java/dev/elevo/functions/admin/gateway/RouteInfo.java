package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** A route as it is told of, with all that it says. */
@Serdeable
record RouteInfo(
        String id,
        @JsonProperty("service_name") String serviceName,
        @JsonProperty("path_pattern") String pathPattern,
        @JsonProperty("target_url") String targetUrl,
        String method,
        String version,
        @JsonProperty("is_active") boolean active,
        @JsonProperty("requires_auth") boolean requiresAuth,
        @JsonProperty("required_permissions") List<String> requiredPermissions,
        @JsonProperty("permission_check_strategy") String permissionStrategy,
        @JsonProperty("rate_limit_rpm") int requestsPerMinute,
        @JsonProperty("timeout_seconds") int timeoutSeconds,
        @JsonProperty("retry_count") int retries,
        @JsonProperty("circuit_breaker_enabled") boolean circuitBreaker,
        @JsonProperty("cache_enabled") boolean cached,
        @JsonProperty("cache_ttl_seconds") int cacheSeconds,
        @JsonProperty("load_balance_strategy") String balance,
        int priority,
        @JsonProperty("created_at") String createdAt,
        @JsonProperty("updated_at") String updatedAt) {
    static RouteInfo of(Route route) {
        var settings = route.settings();
        return new RouteInfo(
                route.id().toString(),
                settings.serviceName(),
                settings.pathPattern(),
                settings.targetUrl(),
                settings.method(),
                settings.version(),
                settings.active(),
                settings.requiresAuth(),
                settings.requiredPermissions(),
                settings.permissionStrategy(),
                settings.requestsPerMinute(),
                settings.timeoutSeconds(),
                settings.retries(),
                settings.circuitBreaker(),
                settings.cached(),
                settings.cacheSeconds(),
                settings.balance(),
                settings.priority(),
                Wire.time(route.createdAt()),
                Wire.time(route.updatedAt()));
    }
}
