package dev.elevo.functions.admin.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.functions.admin.AdminFunction;
import dev.elevo.functions.admin.PostgresLocal;
import dev.elevo.platform.http.DeclaredAccess;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import dev.elevo.platform.testing.Tokens;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The management of routes, services and permissions through the function's handler. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RulesTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d";

    private final Surrounded surrounded = new Surrounded();
    private AdminFunction function;

    @BeforeAll
    void start() {
        PostgresLocal.shared().newDatabase().forEach(surrounded::with);
        function = surrounded.start(AdminFunction::new);
        function.runSchedule("projection");
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @Test
    void what_nobody_foresaw_is_f50000_and_does_not_say_what_it_was() throws SQLException {
        storedAs("settings = '\"no settings\"'", (alone, made) -> {
            var answer = Surrounded.ask(alone, Events.get("/admin/routes"));

            refused(answer, 500, "F50000");
            assertThat(answer.text()).doesNotContain("settings");
        });
    }

    /** As one that was written before there was a field, by a newer version, or before a rule was made. */
    @Test
    void a_stored_route_that_is_not_as_today_s_are_is_read_with_defaults() throws SQLException {
        var settings = "settings = settings - 'retry_count' - 'priority' ||"
                + " '{\"requires_auth\":false,\"required_permissions\":[\"a\"],\"of_tomorrow\":{}}'";
        storedAs(settings, (alone, made) -> {
            var listed = Surrounded.ask(alone, Events.get("/admin/routes"));

            assertThat(listed.value("content.routes.0.retry_count")).isEqualTo(3);
            assertThat(listed.value("content.routes.0.priority")).isEqualTo(0);
            assertThat(listed.value("content.routes.0.required_permissions")).isEqualTo(List.of("a"));
            var target = "/admin/routes/" + made.textAt("content.route_id");
            refused(Surrounded.ask(alone, put(target, "{\"priority\":1}")), 400, "F40000");
            assertThat(Surrounded.ask(alone, put(target, "{\"requires_auth\":true}"))
                            .value("content.updated_fields"))
                    .isEqualTo(List.of("requires_auth"));
        });
    }

    /** What a function of its own makes of a route that another hand has changed in the database. */
    private static void storedAs(String change, BiConsumer<AdminFunction, Answer> then) throws SQLException {
        var database = PostgresLocal.shared().newDatabase();
        var own = new Surrounded();
        database.forEach(own::with);
        try (own;
                var alone = own.start(AdminFunction::new)) {
            alone.runSchedule("projection");
            var made = Surrounded.ask(alone, Events.post("/admin/routes", route("old", "/old", ",\"priority\":7")));
            assertThat(made.status()).isEqualTo(200);
            try (var connection = PostgresLocal.shared().connect(database);
                    var statement = connection.createStatement()) {
                statement.execute("UPDATE gateway_route SET " + change);
            }
            then.accept(alone, made);
        }
    }

    @Test
    void a_route_has_the_defaults_of_the_contract() {
        var made = admin(Events.post("/admin/routes", route("defaults", "/defaults")));

        assertThat(made.status()).isEqualTo(200);
        assertThat(made.value("code")).isEqualTo("S10000");
        assertThat(made.textAt("content.created_at")).matches(TIME);
        var listed = admin(Events.get("/admin/routes?service_name=defaults"));
        assertThat(listed.value("content.total")).isEqualTo(1);
        var fields = Objects.requireNonNull((Map<?, ?>) listed.value("content.routes.0"));
        assertThat(fields.remove("id")).isEqualTo(made.value("content.route_id"));
        assertThat(fields.remove("created_at")).isEqualTo(made.value("content.created_at"));
        assertThat(fields.remove("updated_at")).isEqualTo(made.value("content.created_at"));
        assertThat(fields)
                .isEqualTo(Map.ofEntries(
                        Map.entry("service_name", "defaults"),
                        Map.entry("path_pattern", "/defaults"),
                        Map.entry("target_url", "/x"),
                        Map.entry("method", "GET"),
                        Map.entry("version", "v1"),
                        Map.entry("is_active", true),
                        Map.entry("requires_auth", true),
                        Map.entry("required_permissions", List.of()),
                        Map.entry("permission_check_strategy", "any"),
                        Map.entry("rate_limit_rpm", 1000),
                        Map.entry("timeout_seconds", 30),
                        Map.entry("retry_count", 3),
                        Map.entry("circuit_breaker_enabled", true),
                        Map.entry("cache_enabled", false),
                        Map.entry("cache_ttl_seconds", 300),
                        Map.entry("load_balance_strategy", "round_robin"),
                        Map.entry("priority", 0)));
    }

    @Test
    void routes_are_listed_by_priority_then_creation() {
        var ids = new ArrayList<String>();
        for (var priority : List.of(1, 5, 1)) {
            surrounded.clock().advance(Duration.ofMillis(1));
            ids.add(admin(Events.post(
                            "/admin/routes", route("order", "/order/" + ids.size(), ",\"priority\":" + priority)))
                    .textAt("content.route_id"));
        }
        admin(put("/admin/routes/" + ids.get(2), "{\"is_active\":false}"));

        assertThat(ids("/admin/routes?service_name=order")).containsExactly(ids.get(1), ids.get(0), ids.get(2));
        assertThat(ids("/admin/routes?service_name=order&is_active=true")).containsExactly(ids.get(1), ids.get(0));
        assertThat(ids("/admin/routes?service_name=order&page=2&size=1")).containsExactly(ids.get(0));
        assertThat(ids("/admin/routes?service_name=nothing")).isEmpty();
    }

    @Test
    void a_change_names_what_is_another_now() {
        var id = admin(Events.post("/admin/routes", route("change", "/change"))).textAt("content.route_id");

        var changed = admin(put("/admin/routes/" + id, "{\"priority\":3,\"version\":\"v1\",\"method\":\"POST\"}"));

        assertThat(changed.value("content.updated_fields")).isEqualTo(List.of("method", "priority"));
        assertThat(changed.textAt("content.updated_at")).matches(TIME);
        admin(Events.post("/admin/routes", route("change", "/change")));
        refused(admin(put("/admin/routes/" + id, "{\"method\":\"GET\"}")), 409, "F40900");
        refused(admin(put("/admin/routes/" + id, "{\"priority\":1001}")), 400, "F40000");
    }

    @Test
    void a_deleted_route_is_gone_and_its_place_is_free() {
        var id = admin(Events.post("/admin/routes", route("gone", "/gone"))).textAt("content.route_id");
        refused(admin(Events.post("/admin/routes", route("gone", "/gone"))), 409, "F40900");

        var deleted = admin(Events.of("DELETE", "/admin/routes/" + id));

        assertThat(deleted.value("content.route_id")).isEqualTo(id);
        assertThat(deleted.textAt("content.deleted_at")).matches(TIME);
        assertThat(ids("/admin/routes?service_name=gone")).isEmpty();
        refused(admin(Events.of("DELETE", "/admin/routes/" + id)), 404, "F40400");
        refused(admin(put("/admin/routes/" + id, "{}")), 404, "F40400");
        refused(admin(put("/admin/routes/nonsense", "{}")), 404, "F40400");
        assertThat(admin(Events.post("/admin/routes", route("gone", "/gone"))).status())
                .isEqualTo(200);
    }

    @Test
    void of_many_that_make_the_same_route_one_does() throws Exception {
        Callable<Integer> maker = () ->
                admin(Events.post("/admin/routes", route("race", "/race"))).status();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = threads
                    .invokeAll(Stream.generate(() -> maker).limit(12).toList())
                    .stream()
                    .map(result -> result.resultNow())
                    .toList();

            assertThat(statuses).containsOnly(200, 409).containsOnlyOnce(200);
        }
    }

    @Test
    void of_a_batch_each_succeeds_or_fails_alone() {
        var body = "{\"routes\":[%s,%s,{\"service_name\":5},7,%s]}"
                .formatted(route("batch", "/batch"), route("batch", "/batch"), route("batch", "/admin/x"));

        var answer = admin(Events.post("/admin/batch/routes", body));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.value("content.total")).isEqualTo(5);
        assertThat(answer.value("content.successful")).isEqualTo(1);
        assertThat(answer.value("content.failed")).isEqualTo(4);
        assertThat(answer.value("content.results.0.index")).isEqualTo(0);
        assertThat(answer.value("content.results.0.status")).isEqualTo("success");
        assertThat(answer.value("content.results.0.data.path_pattern")).isEqualTo("/batch");
        assertThat(List.of(0, 1, 2, 3).stream().map(i -> answer.value("content.errors." + i + ".code")))
                .containsExactly("F40900", "F40000", "F40000", "F40000");
        assertThat(answer.value("content.errors.0.index")).isEqualTo(1);
        assertThat(names(answer, "content.errors.0")).containsExactlyInAnyOrder("index", "status", "code", "msg");
        assertThat(answer.value("content.errors.1.errors.0.field")).isEqualTo("service_name");
        assertThat(answer.value("content.errors.2.errors.0.field")).isEqualTo("routes[3]");
        assertThat(answer.value("content.errors.3.errors.0.field")).isEqualTo("path_pattern");
        refused(admin(Events.post("/admin/batch/routes", "{\"routes\":[]}")), 400, "F40000");
        refused(admin(Events.post("/admin/batch/routes", "{}")), 400, "F40000");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                service_name                  | ""
                service_name                  | 5
                path_pattern                  | "x"
                target_url                    | "ftp://x/"
                method                        | "HEAD"
                method                        | "get"
                version                       | "123456789012345678901"
                is_active                     | "yes"
                requires_auth                 | 1
                required_permissions          | "a"
                required_permissions          | [1]
                required_permissions          | [""]
                permission_check_strategy     | "some"
                rate_limit_rpm                | 0
                rate_limit_rpm                | 1000001
                rate_limit_rpm                | 1.5
                timeout_seconds               | 301
                retry_count                   | 11
                retry_count                   | "3"
                circuit_breaker_enabled       | []
                cache_ttl_seconds             | 86401
                load_balance_strategy         | "random"
                priority                      | -1
                """)
    void a_field_that_breaks_its_rule_is_named(String field, String value) {
        var body = route("bad", "/bad")
                .replaceFirst("\"%s\":\"[^\"]*\",?".formatted(field), "")
                .replaceFirst(",?}$", ",\"%s\":%s}".formatted(field, value.replace("\\", "\\\\")));

        var answer = admin(Events.post("/admin/routes", body));

        refused(answer, 400, "F40000");
        assertThat(answer.value("content.errors.0.field")).isEqualTo(field);
    }

    @Test
    void permissions_without_authentication_are_refused_however_they_come_together() {
        var open = ",\"requires_auth\":false";
        var guarded = ",\"required_permissions\":[\"users.read\"]";
        var id = admin(Events.post("/admin/routes", route("guard", "/guard", guarded)))
                .textAt("content.route_id");
        var other = admin(Events.post("/admin/routes", route("guard", "/guard/open", open)))
                .textAt("content.route_id");

        for (var answer : List.of(
                admin(Events.post("/admin/routes", route("guard", "/guard/both", open + guarded))),
                admin(put("/admin/routes/" + id, "{\"requires_auth\":false}")),
                admin(put("/admin/routes/" + other, "{\"required_permissions\":[\"users.read\"]}")))) {
            refused(answer, 400, "F40000");
            assertThat(items(answer, "content.errors", "field")).containsExactly("required_permissions");
        }
        var batch = admin(Events.post(
                "/admin/batch/routes", "{\"routes\":[" + route("guard", "/guard/batch", open + guarded) + "]}"));
        assertThat(batch.value("content.errors.0.errors.0.field")).isEqualTo("required_permissions");
        assertThat(admin(put("/admin/routes/" + id, "{\"requires_auth\":false,\"required_permissions\":[]}"))
                        .value("content.updated_fields"))
                .isEqualTo(List.of("requires_auth", "required_permissions"));
    }

    @Test
    void fields_that_nobody_knows_are_named_in_the_answer() {
        var misspelt = ",\"required_permission\":[\"users.read\"],\"x\":null";
        var made = admin(Events.post("/admin/routes", route("typing", "/typing", misspelt)));
        var changed = admin(put("/admin/routes/" + made.textAt("content.route_id"), "{\"prioritie\":1}"));
        var batch = admin(Events.post(
                "/admin/batch/routes",
                "{\"routes\":[" + route("typing", "/typing/2", misspelt) + "],\"dry_run\":true}"));
        var permission = admin(Events.post(
                "/admin/permissions", "{\"permission_code\":\"typing\",\"permission_name\":\"T\",\"action\":[]}"));
        var instance = admin(Events.post(
                "/admin/services",
                "{\"service_name\":\"typing\",\"instance_id\":\"one\",\"host\":\"h\",\"port\":1,\"wait\":1}"));

        assertThat(made.value("content.ignored_fields")).isEqualTo(List.of("required_permission", "x"));
        assertThat(changed.value("content.ignored_fields")).isEqualTo(List.of("prioritie"));
        assertThat(batch.value("content.results.0.data.ignored_fields")).isEqualTo(List.of("required_permission", "x"));
        assertThat(batch.value("content.ignored_fields")).isEqualTo(List.of("dry_run"));
        assertThat(permission.value("content.ignored_fields")).isEqualTo(List.of("action"));
        assertThat(instance.value("content.ignored_fields")).isEqualTo(List.of("wait"));
        assertThat(admin(Events.post("/admin/routes", route("typing", "/typing/3")))
                        .text())
                .doesNotContain("ignored_fields");
        assertThat(admin(Events.get("/admin/permissions")).text()).doesNotContain("ignored_fields");
    }

    @Test
    void of_many_fields_that_nobody_knows_some_are_named_and_none_at_length() {
        var more = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            more.append(",\"").append("x".repeat(300)).append(i).append("\":1");
        }

        var made = admin(Events.post("/admin/routes", route("many", "/many", more.toString())));

        assertThat(Objects.requireNonNull((List<?>) made.value("content.ignored_fields")))
                .hasSize(50)
                .allSatisfy(name -> assertThat(name.toString()).hasSize(200));
    }

    @Test
    void what_was_made_is_in_the_trail_by_its_id() {
        var route =
                admin(Events.post("/admin/routes", route("trail", "/trail"))).textAt("content.route_id");
        var instance = admin(Events.post(
                        "/admin/services",
                        "{\"service_name\":\"trail\",\"instance_id\":\"trail-1\",\"host\":\"h\",\"port\":1}"))
                .textAt("content.instance_id");
        admin(put("/admin/services/trail-1", "{\"weight\":5}"));
        admin(Events.of("DELETE", "/admin/services/trail-1"));
        var permission = admin(
                        Events.post("/admin/permissions", "{\"permission_code\":\"trail\",\"permission_name\":\"T\"}"))
                .textAt("content.id");
        var batch = admin(Events.post(
                "/admin/batch/routes",
                "{\"routes\":[%s,%s,%s]}"
                        .formatted(route("trail", "/trail/2"), route("trail", "/trail"), route("trail", "/trail/3"))));

        assertThat(audited(route)).containsExactly("route.create");
        assertThat(audited(instance))
                .containsExactlyInAnyOrder("service.register", "service.update", "service.deregister");
        assertThat(audited(permission)).containsExactly("permission.create");
        assertThat(items(admin(Events.get("/api/v1/audit/events?type=route.create_batch")), "data", "metadata"))
                .anySatisfy(metadata -> assertThat(((Map<?, ?>) metadata).get("made"))
                        .isEqualTo(batch.textAt("content.results.0.data.route_id") + ","
                                + batch.textAt("content.results.1.data.route_id")));
    }

    private List<Object> audited(String resource) {
        return items(admin(Events.get("/api/v1/audit/events?resource=" + resource)), "data", "type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"page", "size"})
    void a_number_in_the_query_that_is_none_is_named(String name) {
        for (var target : List.of("/admin/routes?", "/admin/services?service_name=x&")) {
            var answer = admin(Events.get(target + name + "=x"));

            refused(answer, 400, "F40000");
            assertThat(answer.value("content.errors.0.field")).isEqualTo(name);
            assertThat(answer.value("content.errors.0.message")).isEqualTo("is not an integer");
        }
        assertThat(anonymous(Events.get("/metrics?hours=x")).value("content.errors.0.field"))
                .isEqualTo("hours");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\\u0007", "users.*", "a?", "ä", "a,b"})
    void a_permission_s_code_is_what_a_credential_may_hold_and_no_glob(String code) {
        var answer = admin(
                Events.post("/admin/permissions", "{\"permission_code\":\"" + code + "\",\"permission_name\":\"N\"}"));

        refused(answer, 400, "F40000");
        assertThat(items(answer, "content.errors", "field")).containsExactly("permission_code");
    }

    @Test
    void what_the_database_cannot_keep_is_refused_by_the_name_of_its_field() {
        var metadata = "{\"service_name\":\"nul\",\"instance_id\":\"one\",\"host\":\"h\",\"port\":1,"
                + "\"metadata\":{\"a\":[{\"b\":\"\\u0000\"}]}}";
        var actions = "{\"permission_code\":\"nul\",\"permission_name\":\"N\",\"actions\":[\"\\u0000\"]}";
        var refusals = Map.of(
                "metadata", admin(Events.post("/admin/services", metadata)),
                "actions", admin(Events.post("/admin/permissions", actions)),
                "required_permissions",
                        admin(Events.post(
                                "/admin/routes", route("nul", "/nul", ",\"required_permissions\":[\"\\u0000\"]"))));

        refusals.forEach((field, answer) -> {
            refused(answer, 400, "F40000");
            assertThat(items(answer, "content.errors", "field")).containsExactly(field);
        });
    }

    @Test
    void who_lacks_a_permission_is_told_which() {
        assertThat(as("service.read", Events.post("/admin/routes", "{}")).textAt("msg"))
                .endsWith("the permission gateway.admin");
        assertThat(as("service.write", Events.get("/admin/routes")).textAt("msg"))
                .endsWith("the permission service.read or gateway.admin");
    }

    @Test
    void all_that_is_missing_is_told_at_once() {
        var answer = admin(Events.post("/admin/routes", "{}"));

        refused(answer, 400, "F40000");
        assertThat(items(answer, "content.errors", "field"))
                .containsExactly("service_name", "path_pattern", "target_url", "method");
        refused(admin(Events.post("/admin/routes", "[]")), 400, "F40000");
        refused(admin(Events.post("/admin/routes", "{")), 400, "F40000");
        refused(admin(Events.get("/admin/routes?size=101")), 400, "F40000");
        refused(admin(Events.get("/admin/routes?page=x")), 400, "F40000");
    }

    @Test
    void a_name_that_instances_of_several_services_have_says_too_little() {
        for (var service : List.of("first", "second")) {
            admin(Events.post(
                    "/admin/services",
                    "{\"service_name\":\"" + service + "\",\"instance_id\":\"same\",\"host\":\"h\",\"port\":1}"));
        }

        var refusal = admin(put("/admin/services/same", "{\"weight\":5}"));

        refused(refusal, 404, "F40400");
        assertThat(refusal.textAt("msg")).startsWith("Several services have an instance same");
    }

    @Test
    void an_instance_is_registered_changed_and_deregistered_by_id_or_by_its_name() {
        var body = "{\"service_name\":\"users\",\"instance_id\":\"users-1\",\"host\":\"10.0.0.5\",\"port\":8001}";

        var made = admin(Events.post("/admin/services", body));

        var id = made.textAt("content.instance_id");
        assertThat(made.value("content.endpoint")).isEqualTo("http://10.0.0.5:8001");
        assertThat(made.textAt("content.registered_at")).matches(TIME);
        refused(admin(Events.post("/admin/services", body)), 409, "F40900");
        var listed = admin(Events.get("/admin/services?service_name=users&status=healthy"));
        assertThat(listed.value("content.total_instances")).isEqualTo(1);
        assertThat(listed.value("content.healthy_instances")).isEqualTo(1);
        assertThat(listed.value("content.instances.0.id")).isEqualTo(id);
        assertThat(listed.value("content.instances.0.instance_id")).isEqualTo("users-1");
        assertThat(listed.value("content.instances.0.status")).isEqualTo("healthy");
        assertThat(listed.value("content.instances.0.weight")).isEqualTo(100);
        assertThat(names(listed, "content.instances.0")).contains("last_health_check");
        var changed = admin(put("/admin/services/users-1", "{\"weight\":5,\"health_check_url\":\"/h\",\"port\":1}"));
        assertThat(changed.value("content.updated_fields")).isEqualTo(List.of("weight", "health_check_url"));
        assertThat(changed.value("content.ignored_fields")).isEqualTo(List.of("port"));
        assertThat(changed.value("content.instance_id")).isEqualTo(id);
        refused(admin(Events.get("/admin/services")), 400, "F40000");
        refused(admin(Events.get("/admin/services?service_name=users&status=dead")), 400, "F40000");
        refused(admin(put("/admin/services/users-1", "{\"status\":\"dead\"}")), 400, "F40000");
        assertThat(admin(Events.of("DELETE", "/admin/services/" + id)).textAt("content.deregistered_at"))
                .matches(TIME);
        refused(admin(Events.of("DELETE", "/admin/services/" + id)), 404, "F40400");
        refused(admin(put("/admin/services/users-1", "{\"weight\":5}")), 404, "F40400");
    }

    @Test
    void a_name_may_look_like_an_id() {
        var name = UUID.randomUUID().toString();
        var made = admin(Events.post(
                "/admin/services",
                "{\"service_name\":\"tasks\",\"instance_id\":\"" + name + "\",\"host\":\"10.0.0.5\",\"port\":8002}"));

        assertThat(admin(put("/admin/services/" + name, "{\"weight\":5}")).value("content.instance_id"))
                .isEqualTo(made.value("content.instance_id"));
        assertThat(admin(Events.of("DELETE", "/admin/services/" + name)).status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                host                          | "a b"
                host                          | "http://a"
                port                          | 0
                port                          | 65536
                protocol                      | "ftp"
                weight                        | 1001
                health_check_url              | "health"
                health_check_interval_seconds | 4
                metadata                      | []
                instance_id                   | ""
                """)
    void a_field_of_an_instance_that_breaks_its_rule_is_named(String field, String value) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("service_name", "\"bad\"");
        fields.put("instance_id", "\"one\"");
        fields.put("host", "\"h\"");
        fields.put("port", "1");
        fields.put(field, value);
        var body = new StringBuilder("{");
        fields.forEach((name, json) -> body.append(body.length() > 1 ? "," : "")
                .append('"')
                .append(name)
                .append("\":")
                .append(json));

        var answer = admin(Events.post("/admin/services", body.append('}').toString()));

        refused(answer, 400, "F40000");
        assertThat(answer.value("content.errors.0.field")).isEqualTo(field);
    }

    @Test
    void two_permissions_exist_from_the_start_and_others_are_made() {
        var body = "{\"permission_code\":\"orders.read\",\"permission_name\":\"Orders\",\"actions\":[\"read\"]}";

        var made = admin(Events.post("/admin/permissions", body));

        assertThat(made.value("content.permission_code")).isEqualTo("orders.read");
        assertThat(made.value("content.actions")).isEqualTo(List.of("read"));
        assertThat(made.value("content.is_system")).isEqualTo(false);
        refused(admin(Events.post("/admin/permissions", body)), 409, "F40900");
        refused(admin(Events.post("/admin/permissions", "{\"permission_code\":\"\"}")), 400, "F40000");
        var listed = admin(Events.get("/admin/permissions"));
        assertThat(items(listed, "content.permissions", "permission_code"))
                .contains("gateway.admin", "service.read", "orders.read")
                .hasSize((int) Objects.requireNonNull(listed.value("content.total")));
    }

    @Test
    void who_may_do_what() {
        for (var target : List.of("/admin/routes", "/admin/services", "/admin/permissions", "/admin/batch/routes")) {
            refused(anonymous(Events.post(target, "{}")), 401, "F40001");
            refused(as("service.read", Events.post(target, "{}")), 403, "F40003");
        }
        assertThat(as("service.read", Events.get("/admin/routes")).status()).isEqualTo(200);
        refused(as("service.read", Events.get("/admin/permissions")), 403, "F40003");
        refused(as("service.write", Events.get("/admin/routes")), 403, "F40003");
        refused(as("service.write", Events.post("/admin/services", "{}")), 400, "F40000");
        refused(as("service.write", Events.post("/admin/routes", "{}")), 403, "F40003");
        refused(as("gateway.admin", Events.post("/admin/routes", "{}")), 400, "F40000");
        refused(admin(Events.get("/admin/nothing")), 404, "F40400");
        refused(admin(Events.of("PATCH", "/admin/routes")), 404, "F40400");
        assertThat(DeclaredAccess.missing(function.context())).isEmpty();
    }

    private List<Object> ids(String target) {
        return items(admin(Events.get(target)), "content.routes", "id");
    }

    private static List<Object> items(Answer answer, String list, String field) {
        return answer.value(list) instanceof List<?> items
                ? items.stream()
                        .<Object>map(item -> ((Map<?, ?>) item).get(field))
                        .toList()
                : List.of();
    }

    private static List<Object> names(Answer answer, String object) {
        return List.copyOf(
                Objects.requireNonNull((Map<?, ?>) answer.value(object)).keySet());
    }

    private static String route(String service, String pattern) {
        return route(service, pattern, "");
    }

    private static String route(String service, String pattern, String more) {
        return "{\"service_name\":\"%s\",\"path_pattern\":\"%s\",\"target_url\":\"/x\",\"method\":\"GET\"%s}"
                .formatted(service, pattern, more);
    }

    private static Events put(String target, String body) {
        return Events.of("PUT", target)
                .header("content-type", "application/json")
                .body(body);
    }

    private static void refused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.value("code")).isEqualTo(code);
        assertThat(answer.value("content")).isInstanceOf(Map.class);
    }

    private Answer as(String scope, Events request) {
        var claims = Tokens.claims("ann", surrounded.clock().instant());
        return anonymous(request.bearer(Tokens.hs256(claims.claim("scope", scope))));
    }

    private Answer admin(Events request) {
        return Surrounded.ask(function, request);
    }

    private Answer anonymous(Events request) {
        return Answer.of(function.handle(request.event()));
    }
}
