package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.security.Endpoints.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Another organization, which knows everything about the victim's sandbox but has no right to it. */
final class Neighbours {
    private static final int SANDBOX_NOT_FOUND = 2001;
    private static final int INSUFFICIENT_SCOPE = 1005;
    /** The same in the gateway's words. */
    private static final String PERMISSION_MISSING = "F40003";

    private Neighbours() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        for (var endpoint : Endpoints.ALL) {
            if (endpoint.isOfASandbox()) {
                attempts.add(new Attempt(
                        Who.TENANT,
                        "the victim's id and name: " + endpoint,
                        "2001, nothing changed",
                        ground -> usesAnothers(ground, endpoint)));
            }
            if (!endpoint.scopes().isEmpty()) {
                attempts.add(new Attempt(
                        Who.TENANT,
                        "every scope but " + endpoint.scopes() + ": " + endpoint,
                        (endpoint.path().startsWith("/api/v1/") ? INSUFFICIENT_SCOPE : PERMISSION_MISSING)
                                + ", nothing changed",
                        ground -> lacksTheScope(ground, endpoint)));
            }
        }
        attempts.add(new Attempt(Who.TENANT, "the victim's sandboxes in its own lists", "there are none", ground -> {
            for (var query : List.of(
                    "",
                    "?search=" + ground.name(),
                    "?state=running,stopped,paused,failed,creating,deleted",
                    "?organizationId=default",
                    "?org=default")) {
                // Its own are among the deleted ones.
                assertThat(ground.asTenant("GET", Ground.SANDBOXES + query, "").data())
                        .as(query)
                        .allMatch(box -> "next-door".equals(box.get("organizationId")));
            }
            assertThat(ground.asTenant("GET", "/api/v1/stats", "").text())
                    .contains("\"total\":0")
                    .doesNotContain("\"total\":1");
        }));
        attempts.add(new Attempt(
                Who.TENANT,
                "a cursor of the victim's list",
                "9005: it is sealed for one list",
                Neighbours::takesACursor));
        attempts.add(new Attempt(
                Who.TENANT,
                "an idempotency key of the victim",
                "it is another key, for it is another's",
                Neighbours::repeatsAnothersRequest));
        attempts.add(new Attempt(
                Who.TENANT, "to learn of the victim's name by taking it", "names are an organization's own", ground -> {
                    var body = "{\"name\":\"" + ground.name() + "\"}";
                    var mine = ground.asTenant("POST", Ground.SANDBOXES, body);
                    assertThat(mine.status()).as(mine.text()).isEqualTo(201);
                    assertThat(mine.field("id")).isNotEqualTo(ground.shared());
                    assertThat(ground.asTenant("DELETE", ground.pathOf(mine.field("id")) + "?force=true", "")
                                    .status())
                            .isEqualTo(204);
                }));
        attempts.add(new Attempt(
                Who.TENANT,
                "to be another organization by the body and by headers",
                "only the credential says who asks",
                ground -> {
                    var mine = ground.stack()
                            .call(
                                    "POST",
                                    Ground.SANDBOXES,
                                    "{\"organizationId\":\"default\",\"org\":\"default\",\"createdBy\":\"admin\"}",
                                    "Authorization",
                                    Ground.bearer("next-door", "*"),
                                    "X-Organization-Id",
                                    "default",
                                    "x-amzn-oidc-identity",
                                    "admin");
                    assertThat(mine.status()).as(mine.text()).isEqualTo(201);
                    assertThat(ground.stack()
                                    .get(ground.pathOf(mine.field("id")))
                                    .code())
                            .isEqualTo(SANDBOX_NOT_FOUND);
                    ground.asTenant("DELETE", ground.pathOf(mine.field("id")) + "?force=true", "");
                }));
        attempts.add(new Attempt(
                Who.TENANT,
                "more of everything by a scope that is a pattern",
                "a pattern grants what it matches, no more",
                ground -> {
                    for (var scope : List.of(
                            "sandbox:rea", "sandbox", "*:", "sandbox:read:*", "?andbox:", "", ".*", "SANDBOX:READ")) {
                        assertThat(ground.stack()
                                        .call(
                                                "GET",
                                                Ground.SANDBOXES,
                                                "",
                                                "Authorization",
                                                Ground.bearer("next-door", scope))
                                        .code())
                                .as(scope)
                                .isEqualTo(INSUFFICIENT_SCOPE);
                    }
                }));
        return attempts;
    }

    private static void usesAnothers(Ground ground, Endpoint endpoint) {
        var before = ground.stack().get(ground.pathOf(ground.shared())).text();
        for (var known : List.of(ground.shared(), ground.name())) {
            for (var query : List.of("", "force=true")) {
                var path = endpoint.of(known);
                var target = query.isEmpty() ? path : path + (path.contains("?") ? "&" : "?") + query;
                var answer = ground.asTenant(
                        endpoint.method(), target, endpoint.body(), "Content-Type", endpoint.contentType());

                assertThat(answer.code()).as("%s: %s", known, answer.text()).isEqualTo(SANDBOX_NOT_FOUND);
                assertThat(answer.text()).doesNotContain("of the owner");
            }
        }
        assertThat(ground.stack().get(ground.pathOf(ground.shared())).text()).isEqualTo(before);
    }

    private static void lacksTheScope(Ground ground, Endpoint endpoint) {
        var others = Endpoints.ALL.stream()
                .flatMap(other -> other.scopes().stream())
                .filter(scope -> !endpoint.scopes().contains(scope));
        var scopes = Stream.concat(others, Stream.of("nothing:*")).distinct().toArray(String[]::new);
        var before = ground.stack().get(ground.pathOf(ground.shared())).text();

        var answer = ground.stack()
                .call(
                        endpoint.method(),
                        endpoint.of(ground.shared()),
                        endpoint.body(),
                        "Content-Type",
                        endpoint.contentType(),
                        "Authorization",
                        Ground.bearer("default", scopes));

        if (endpoint.path().startsWith("/api/v1/")) {
            assertThat(answer.code()).as(answer.text()).isEqualTo(INSUFFICIENT_SCOPE);
        } else {
            assertThat(answer.field("code")).as(answer.text()).isEqualTo(PERMISSION_MISSING);
        }
        assertThat(ground.stack().get(ground.pathOf(ground.shared())).text()).isEqualTo(before);
    }

    private static void takesACursor(Ground ground) {
        ground.sandbox();
        var page = ground.stack().get(Ground.SANDBOXES + "?limit=1&cursor=");
        var cursor = ((Map<?, ?>) Objects.requireNonNull(page.json().get("pagination"))).get("nextCursor");
        assertThat(ground.stack()
                        .get(Ground.SANDBOXES + "?limit=1&cursor=" + cursor)
                        .data())
                .hasSize(1);

        assertThat(ground.asTenant("GET", Ground.SANDBOXES + "?limit=1&cursor=" + cursor, "")
                        .code())
                .isEqualTo(9005);
    }

    private static void repeatsAnothersRequest(Ground ground) {
        var key = List.of("X-Idempotency-Key", "of-the-victim");
        var victims = ground.stack().post(Ground.SANDBOXES, "{}", key.get(0), key.get(1));
        var mine = ground.stack()
                .call(
                        "POST",
                        Ground.SANDBOXES,
                        "{}",
                        "Authorization",
                        Ground.bearer("next-door", "*"),
                        key.get(0),
                        key.get(1));

        assertThat(mine.status()).as(mine.text()).isEqualTo(201);
        assertThat(mine.header("x-idempotent-replayed")).isEmpty();
        assertThat(mine.field("id")).isNotEqualTo(victims.field("id"));
        ground.asTenant("DELETE", ground.pathOf(mine.field("id")) + "?force=true", "");
    }
}
