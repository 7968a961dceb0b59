package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.RunningStack.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Routes of the gateway, by somebody who may make them, to places that only the machine itself may reach; and past its own paths. */
final class Upstreams {
    private static final String ADMINISTRATOR = Ground.bearer("next-door", "gateway.admin");

    private Upstreams() {}

    static List<Attempt> attempts() {
        return List.of(
                new Attempt(
                        Who.TENANT,
                        "a route to a server of the machine, however it is spelt",
                        "F50200, and nobody connects",
                        Upstreams::callsTheMachine),
                new Attempt(
                        Who.TENANT,
                        "a route to the state, the database, the agent, the metadata service",
                        "F50200, and nothing of them in the answer",
                        Upstreams::callsTheParts),
                new Attempt(
                        Who.TENANT,
                        "an instance of a service, or its health check, at the machine",
                        "F50200, and nobody connects",
                        Upstreams::registersTheMachine),
                new Attempt(
                        Who.TENANT,
                        "a route in the place of a path of the workspace",
                        "F40000; a route of everything gets none of them",
                        Upstreams::shadows),
                new Attempt(
                        Who.TENANT,
                        "an address with a user, of another scheme, with lines in it",
                        "F40000",
                        Upstreams::smuggles));
    }

    private static void callsTheMachine(Ground ground) throws IOException {
        try (var secret = new ServerSocket(0, 9, InetAddress.getByName("0.0.0.0"))) {
            for (var host : List.of(
                    "127.0.0.1",
                    "localhost",
                    "127.1",
                    "2130706433",
                    "0.0.0.0",
                    "[::1]",
                    "[::ffff:127.0.0.1]",
                    "[::ffff:7f00:1]",
                    "[::127.0.0.1]",
                    "[64:ff9b::7f00:1]")) {
                refuses(ground, "http://" + host + ":" + secret.getLocalPort() + "/");
            }
            for (var address : Ground.hostAddresses()) {
                if (address.isSiteLocalAddress()) {
                    refuses(ground, "http://" + address.getHostAddress() + ":" + secret.getLocalPort() + "/");
                }
            }
            assertNobodyCame(secret);
        }
    }

    private static void callsTheParts(Ground ground) {
        for (var part : List.of("dynamodb", "postgres", "agent")) {
            refuses(ground, "http://127.0.0.1:" + ground.portOf(part) + "/");
        }
        refuses(ground, "http://127.0.0.1:" + ground.gatewayPort() + "/health");
        refuses(ground, "http://169.254.169.254/latest/meta-data/");
        refuses(ground, "http://[fd00:ec2::254]/latest/meta-data/");
    }

    private static void registersTheMachine(Ground ground) throws IOException {
        try (var secret = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
            var service = UUID.randomUUID().toString();
            var instance = administer(
                    ground,
                    "POST",
                    "/admin/services",
                    Ground.json(Map.of(
                            "service_name",
                            service,
                            "instance_id",
                            "machine",
                            "host",
                            "localhost",
                            "port",
                            secret.getLocalPort(),
                            "health_check_url",
                            "/")));
            assertThat(instance.field("code")).as(instance.text()).isEqualTo("S10000");

            refuses(ground, service, "/");

            assertNobodyCame(secret);
            administer(ground, "DELETE", "/admin/services/" + content(instance, "instance_id"), "");
        }
    }

    private static void shadows(Ground ground) {
        for (var pattern : List.of(
                "/admin/routes", "/admin/*", "/health", "/metrics", "/api/v1/sandboxes/*", "/api/v1/users/me")) {
            var answer = administer(ground, "POST", "/admin/routes", route("shadow", pattern, "/"));
            assertThat(answer.field("code")).as(pattern + answer.text()).isEqualTo("F40000");
        }
        var everything = administer(ground, "POST", "/admin/routes", route("shadow", "/*", "/"));
        try {
            assertThat(ground.asStranger("GET", "/whatever", "").field("code")).isEqualTo("F50300");
            assertThat(ground.asStranger("GET", Ground.SANDBOXES, "").code()).isEqualTo(1001);
            for (var path : List.of("/admin/routes", "//admin/routes", "/admin/routes/", "/%61dmin/routes")) {
                assertThat(ground.asStranger("GET", path, "").status()).as(path).isIn(401, 404);
            }
            assertThat(ground.asStranger("GET", "/health", "").field("code")).isEqualTo("S10000");
        } finally {
            administer(ground, "DELETE", "/admin/routes/" + content(everything, "route_id"), "");
        }
    }

    private static void smuggles(Ground ground) {
        for (var target : List.of(
                "http://user:word@example.org/",
                "file:///etc/passwd",
                "gopher://example.org/",
                "http://example.org/\r\nX-Own: 1",
                "http:///x",
                "//example.org/x",
                "/../x")) {
            var answer = administer(ground, "POST", "/admin/routes", route("smuggle", "/smuggle", target));
            assertThat(answer.field("code")).as(target + answer.text()).isEqualTo("F40000");
        }
    }

    private static void refuses(Ground ground, String target) {
        refuses(ground, UUID.randomUUID().toString(), target);
    }

    private static void refuses(Ground ground, String service, String target) {
        var path = "/" + UUID.randomUUID();
        var route = administer(ground, "POST", "/admin/routes", route(service, path, target));
        if (route.field("code").equals("F40000")) {
            return; // what looks like no address is none
        }
        assertThat(route.field("code")).as(target + route.text()).isEqualTo("S10000");
        var answer = ground.asStranger("GET", path, "");
        assertThat(answer.field("code")).as(target + answer.text()).isEqualTo("F50200");
        assertThat(answer.field("msg")).contains("may not be called");
        administer(ground, "DELETE", "/admin/routes/" + content(route, "route_id"), "");
    }

    private static String route(String service, String pattern, String target) {
        return Ground.json(Map.of(
                "service_name", service,
                "path_pattern", pattern,
                "target_url", target,
                "method", "GET",
                "requires_auth", false));
    }

    private static Answer administer(Ground ground, String method, String path, String body) {
        return ground.stack().call(method, path, body, "Authorization", ADMINISTRATOR);
    }

    private static String content(Answer answer, String field) {
        return answer.json().get("content") instanceof Map<?, ?> content ? String.valueOf(content.get(field)) : "";
    }

    private static void assertNobodyCame(ServerSocket secret) throws IOException {
        secret.setSoTimeout(1);
        try (var caller = secret.accept()) {
            throw new AssertionError("somebody connected: " + caller);
        } catch (SocketTimeoutException nobody) {
            // As it should be.
        }
    }
}
