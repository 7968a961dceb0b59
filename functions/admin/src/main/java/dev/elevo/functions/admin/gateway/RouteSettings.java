package dev.elevo.functions.admin.gateway;

import io.micronaut.json.tree.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a route says, with the defaults where its maker said nothing. */
public record RouteSettings(
        String serviceName,
        String pathPattern,
        String targetUrl,
        String method,
        String version,
        boolean active,
        boolean requiresAuth,
        List<String> requiredPermissions,
        String permissionStrategy,
        int requestsPerMinute,
        int timeoutSeconds,
        int retries,
        boolean circuitBreaker,
        boolean cached,
        int cacheSeconds,
        String balance,
        int priority) {
    public static final String ANY = "ANY";
    public static final String ALL_PERMISSIONS = "all";
    public static final String WEIGHTED = "weighted";
    public static final String LEAST_CONNECTIONS = "least_connections";

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "PATCH", ANY);
    private static final List<String> STRATEGIES = List.of("any", ALL_PERMISSIONS);
    private static final List<String> BALANCES = List.of("round_robin", WEIGHTED, LEAST_CONNECTIONS);

    /** Of what is needed there is nothing. */
    static final RouteSettings UNSAID = new RouteSettings(
            "", "", "", "", "v1", true, true, List.of(), "any", 1000, 30, 3, true, false, 300, "round_robin", 0);

    public RouteSettings {
        requiredPermissions = List.copyOf(requiredPermissions);
    }

    /** Of a body; the rest as before. */
    static RouteSettings read(Fields fields, RouteSettings before) {
        var settings = new RouteSettings(
                fields.text("service_name", before.serviceName, 1, 100),
                fields.text("path_pattern", before.pathPattern, 1, 500),
                fields.text("target_url", before.targetUrl, 1, 500),
                fields.choice("method", before.method, METHODS),
                fields.text("version", before.version, 1, 20),
                fields.flag("is_active", before.active),
                fields.flag("requires_auth", before.requiresAuth),
                fields.texts("required_permissions", before.requiredPermissions, 50, 100),
                fields.choice("permission_check_strategy", before.permissionStrategy, STRATEGIES),
                fields.number("rate_limit_rpm", before.requestsPerMinute, 1, 1_000_000),
                fields.number("timeout_seconds", before.timeoutSeconds, 1, 300),
                fields.number("retry_count", before.retries, 0, 10),
                fields.flag("circuit_breaker_enabled", before.circuitBreaker),
                fields.flag("cache_enabled", before.cached),
                fields.number("cache_ttl_seconds", before.cacheSeconds, 1, 86_400),
                fields.choice("load_balance_strategy", before.balance, BALANCES),
                fields.number("priority", before.priority, 0, 1000));
        if (!settings.pathPattern.isEmpty()) {
            PathPattern.problem(settings.pathPattern).ifPresent(why -> fields.wrong("path_pattern", why));
        }
        if (!settings.targetUrl.isEmpty()) {
            TargetUrl.problem(settings.targetUrl, settings.pathPattern)
                    .ifPresent(why -> fields.wrong("target_url", why));
        }
        if (!settings.requiresAuth
                && !settings.requiredPermissions.isEmpty()
                && !fields.isWrong("required_permissions")) {
            fields.wrong(
                    "required_permissions", "must be empty where requires_auth is false: no caller is known there");
        }
        return settings;
    }

    /** By the names of the wire, in the order of the contract. */
    Map<String, JsonNode> asFields() {
        var fields = new LinkedHashMap<String, JsonNode>();
        fields.put("service_name", JsonNode.createStringNode(serviceName));
        fields.put("path_pattern", JsonNode.createStringNode(pathPattern));
        fields.put("target_url", JsonNode.createStringNode(targetUrl));
        fields.put("method", JsonNode.createStringNode(method));
        fields.put("version", JsonNode.createStringNode(version));
        fields.put("is_active", JsonNode.createBooleanNode(active));
        fields.put("requires_auth", JsonNode.createBooleanNode(requiresAuth));
        fields.put("required_permissions", Wire.strings(requiredPermissions));
        fields.put("permission_check_strategy", JsonNode.createStringNode(permissionStrategy));
        fields.put("rate_limit_rpm", JsonNode.createNumberNode(requestsPerMinute));
        fields.put("timeout_seconds", JsonNode.createNumberNode(timeoutSeconds));
        fields.put("retry_count", JsonNode.createNumberNode(retries));
        fields.put("circuit_breaker_enabled", JsonNode.createBooleanNode(circuitBreaker));
        fields.put("cache_enabled", JsonNode.createBooleanNode(cached));
        fields.put("cache_ttl_seconds", JsonNode.createNumberNode(cacheSeconds));
        fields.put("load_balance_strategy", JsonNode.createStringNode(balance));
        fields.put("priority", JsonNode.createNumberNode(priority));
        return fields;
    }
}
