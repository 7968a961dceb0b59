package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Answer;
import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Caller;
import dev.elevo.conformance.dsl.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Section 5: routes, services, permissions, and what is forwarded. */
final class Gateway extends Area {
    private static final String UUID = "[0-9a-f-]{36}";

    Gateway() {
        super("gateway");
        routes();
        services();
        permissions();
        health();
        forwarding();
    }

    private static Caller admin(World w) {
        w.lab().requireOrganizations();
        return w.root().atRoot();
    }

    private static Object[] route(String service, String path, Object... more) {
        var fields = new ArrayList<Object>(
                List.of("service_name", service, "path_pattern", path, "target_url", "/x", "method", "GET"));
        fields.addAll(List.of(more));
        return fields.toArray();
    }

    private static Answer made(World w, String path, Object... more) {
        var answer =
                admin(w).post("/admin/routes", route(w.name("svc"), path, more)).is(200);
        w.later(() -> admin(w).delete(
                        "/admin/routes/" + answer.at("/content/route_id").asText()));
        return answer;
    }

    private static Answer registered(World w, String service, Object... more) {
        var fields = new ArrayList<Object>(
                List.of("service_name", service, "instance_id", "one", "host", "127.0.0.1", "port", 9));
        fields.addAll(List.of(more));
        var answer = admin(w).post("/admin/services", fields.toArray()).is(200);
        w.later(() -> admin(w).delete(
                        "/admin/services/" + answer.at("/content/instance_id").asText()));
        return answer;
    }

    private void routes() {
        endpoint("POST /admin/routes");
        statement("5.2: S10000 with the route; another of the same path, method and version is F40900", w -> {
            var path = "/" + w.name("path");
            made(w, path)
                    .has("/code", "S10000")
                    .has("/content/path_pattern", path)
                    .fits(
                            "a UUID",
                            answer -> answer.at("/content/route_id").asText().matches(UUID))
                    .fits(
                            "a time",
                            answer -> answer.at("/content/created_at")
                                    .asText()
                                    .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d"));
            admin(w).post("/admin/routes", route("other", path))
                    .failsWith("F40900")
                    .is(409);
        });
        statement(
                "5.1: invalid input is F40000 with its fields",
                w -> admin(w).post("/admin/routes", route("x", "no-slash"))
                        .failsWith("F40000")
                        .is(400)
                        .has("/content/errors/0/field", "path_pattern"));
        endpoint("GET /admin/routes");
        statement("5.2: by service, with everything of the table", w -> {
            var service = w.name("svc");
            var path = "/" + w.name("path");
            var made = admin(w).post("/admin/routes", route(service, path, "priority", 7))
                    .is(200);
            admin(w).get("/admin/routes?size=1&service_name=" + service)
                    .is(200)
                    .has("/content/total", 1)
                    .has("/content/routes/0/priority", 7)
                    .has("/content/routes/0/requires_auth", true)
                    .has("/content/routes/0/rate_limit_rpm", 1000);
            admin(w).delete("/admin/routes/" + made.at("/content/route_id").asText())
                    .is(200);
            admin(w).get("/admin/routes?service_name=" + service).has("/content/total", 0);
            admin(w).get("/admin/routes?size=101").failsWith("F40000");
        });
        endpoint("PUT /admin/routes/{id}");
        statement("5.2: names what changed; F40400, F40900", w -> {
            var id = made(w, "/" + w.name("path")).at("/content/route_id").asText();
            admin(w).put("/admin/routes/" + id, "priority", 3, "method", "GET")
                    .is(200)
                    .has("/content/updated_fields", List.of("priority"));
            admin(w).put("/admin/routes/00000000-0000-0000-0000-000000000000", "priority", 3)
                    .failsWith("F40400")
                    .is(404);
            var other = "/" + w.name("path");
            made(w, other);
            admin(w).put("/admin/routes/" + id, "path_pattern", other).failsWith("F40900");
        });
        endpoint("DELETE /admin/routes/{id}");
        statement("5.2: when it was deleted, and again F40400", w -> {
            var made = admin(w).post("/admin/routes", route(w.name("svc"), "/" + w.name("path")))
                    .is(200);
            var id = made.at("/content/route_id").asText();
            admin(w).delete("/admin/routes/" + id)
                    .is(200)
                    .has("/content/route_id", id)
                    .has("/content/deleted_at");
            admin(w).delete("/admin/routes/" + id).failsWith("F40400");
        });
        endpoint("POST /admin/batch/routes");
        statement("5.2: each succeeds or fails alone", w -> {
            var one = Map.of(
                    "service_name",
                    w.name("svc"),
                    "path_pattern",
                    "/" + w.name("path"),
                    "target_url",
                    "/x",
                    "method",
                    "GET");
            var batch = admin(w).post("/admin/batch/routes", "routes", List.of(one, one))
                    .is(200)
                    .has("/content/total", 2)
                    .has("/content/successful", 1)
                    .has("/content/failed", 1)
                    .has("/content/results/0/index", 0)
                    .has("/content/errors/0/code", "F40900");
            admin(w).delete("/admin/routes/"
                            + batch.at("/content/results/0/data/route_id").asText())
                    .is(200);
        });
    }

    private void services() {
        endpoint("POST /admin/services");
        statement("5.3: a UUID and the endpoint; again F40900", w -> {
            var service = w.name("svc");
            registered(w, service)
                    .has("/content/endpoint", "http://127.0.0.1:9")
                    .has("/content/registered_at")
                    .fits(
                            "a UUID",
                            answer -> answer.at("/content/instance_id").asText().matches(UUID));
            admin(w).post("/admin/services", "service_name", service, "instance_id", "one", "host", "h", "port", 1)
                    .failsWith("F40900");
            admin(w).post("/admin/services", "service_name", service, "instance_id", "two", "host", "h", "port", 0)
                    .failsWith("F40000");
        });
        endpoint("GET /admin/services");
        statement("5.3: the instances of a service", w -> {
            var service = w.name("svc");
            registered(w, service, "weight", 5);
            admin(w).get("/admin/services?service_name=" + service)
                    .is(200)
                    .has("/content/total_instances", 1)
                    .has("/content/healthy_instances", 1)
                    .has("/content/instances/0/weight", 5)
                    .has("/content/instances/0/status", "healthy");
            admin(w).get("/admin/services").failsWith("F40000");
        });
        endpoint("PUT /admin/services/{id}");
        statement("5.3: names what changed; F40400", w -> {
            var id = registered(w, w.name("svc")).at("/content/instance_id").asText();
            admin(w).put("/admin/services/" + id, "status", "draining")
                    .is(200)
                    .has("/content/updated_fields", List.of("status"));
            admin(w).put("/admin/services/none", "status", "draining").failsWith("F40400");
        });
        endpoint("DELETE /admin/services/{id}");
        statement("5.3: when it was deregistered, and again F40400", w -> {
            var id = registered(w, w.name("svc")).at("/content/instance_id").asText();
            admin(w).delete("/admin/services/" + id).is(200).has("/content/deregistered_at");
            admin(w).delete("/admin/services/" + id).failsWith("F40400");
        });
    }

    private void permissions() {
        endpoint("GET /admin/permissions");
        statement(
                "5.4: gateway.admin and service.read exist from the start",
                w -> admin(w).get("/admin/permissions")
                        .is(200)
                        .among("/content/permissions", "permission_code", "gateway.admin")
                        .among("/content/permissions", "permission_code", "service.read"));
        endpoint("POST /admin/permissions");
        statement("5.4: the permission, and again F40900", w -> {
            // There is no way to be rid of one: all runs share it.
            var made = admin(w).post(
                            "/admin/permissions", "permission_code", "conformance.tried", "permission_name", "Tried");
            made.fits(
                    "made, or there",
                    answer -> answer.status() == 200 || answer.gatewayCode().equals("F40900"));
            admin(w).post("/admin/permissions", "permission_code", "conformance.tried", "permission_name", "Tried")
                    .failsWith("F40900");
            admin(w).post("/admin/permissions", "permission_code", "", "permission_name", "x")
                    .failsWith("F40000");
        });
    }

    private void health() {
        endpoint("GET /health");
        statement(
                "5.5: healthy, to anyone",
                w -> w.stranger()
                        .atRoot()
                        .get("/health")
                        .is(200)
                        .has("/content/status", "healthy")
                        .has("/content/service", "api-gateway")
                        .has("/content/database", "connected")
                        .has("/content/active_routes"));
        endpoint("GET /metrics");
        statement("5.5: in the envelope, with series, or bare as Accept asks", w -> {
            var stranger = w.stranger().atRoot();
            stranger.get("/metrics?hours=1&group_by=hour")
                    .is(200)
                    .has("/content/series")
                    .fits(
                            "Prometheus text",
                            answer -> answer.at("/content/metrics").asText().contains("gateway_requests_total"));
            stranger.with("Accept", "text/plain").get("/metrics").is(200).says("gateway_active_routes");
            stranger.get("/metrics?hours=0").failsWith("F40000");
        });
    }

    private void forwarding() {
        endpoint("ANY /*");
        statement("5.6: what no route matches is F40400, and 9008 under /api/v1", w -> {
            w.stranger()
                    .atRoot()
                    .get("/conformance/nowhere")
                    .failsWith("F40400")
                    .is(404);
            w.stranger().get("/nowhere").fails(9008);
            w.api().call("PUT", "/config").fails(9008);
        });
        statement("5.6: a route wants credentials and permissions, and an instance", w -> {
            var path = "/" + w.name("path");
            var service = w.name("svc");
            var made = admin(w).post(
                            "/admin/routes",
                            route(service, path + "/*", "required_permissions", List.of("conformance.tried")))
                    .is(200);
            w.later(() -> admin(w).delete(
                            "/admin/routes/" + made.at("/content/route_id").asText()));
            w.eventually(
                    "the route",
                    () -> !w.api().atRoot().get(path + "/a").gatewayCode().equals("F40400"));
            w.stranger().atRoot().get(path + "/a").failsWith("F40001").is(401);
            w.keyed("sandbox:read")
                    .atRoot()
                    .get(path + "/a")
                    .failsWith("F40003")
                    .is(403);
            w.api().atRoot().get(path + "/a").failsWith("F50300").is(503);
        });
        statement("5.6: the limit of a route is F42900 with Retry-After", w -> {
            var path = "/" + w.name("path");
            made(w, path, "rate_limit_rpm", 1);
            w.eventually(
                    "F42900", () -> w.api().atRoot().get(path).gatewayCode().equals("F42900"));
            w.api()
                    .atRoot()
                    .get(path)
                    .failsWith("F42900")
                    .is(429)
                    .fits("Retry-After", answer -> !answer.header("Retry-After").isEmpty());
        });
    }
}
