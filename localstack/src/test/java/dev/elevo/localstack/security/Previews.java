package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.testing.Eventually;
import dev.elevo.localstack.gateway.RawClient.Reply;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** The doors to the ports of a sandbox, in front of which nothing stands but the gateway. */
final class Previews {
    private static final int PORT = 8000;
    private static final String SECRET = "of the service inside";
    private static final String TICKET = "elevo_token=";

    private Previews() {}

    static List<Attempt> attempts() {
        return List.of(
                new Attempt(Who.STRANGER, "a preview without credentials", "1001, by name and by path", ground -> {
                    serve(ground);
                    for (var target : targets(ground)) {
                        assertRefused(ask(ground, target, ""), 401, "1001");
                    }
                }),
                new Attempt(Who.TENANT, "a preview of the victim", "2001, by name and by path", ground -> {
                    serve(ground);
                    for (var target : targets(ground)) {
                        assertRefused(ask(ground, target, Ground.bearer("next-door", "*")), 404, "2001");
                    }
                }),
                new Attempt(Who.TENANT, "a preview by a ticket for another port", "1004", ground -> {
                    serve(ground);
                    var ticket = ticket(ground);
                    var elsewhere = new Target(ground.shared() + "-9.localhost", "/?" + TICKET + ticket);
                    assertRefused(ask(ground, elsewhere, ""), 401, "1004");
                }),
                new Attempt(Who.TENANT, "a preview by a ticket for another sandbox", "1004", ground -> {
                    serve(ground);
                    var other = ground.sandbox();
                    var elsewhere = new Target(other + "-" + PORT + ".localhost", "/?" + TICKET + ticket(ground));
                    assertRefused(ask(ground, elsewhere, ""), 401, "1004");
                }),
                new Attempt(Who.TENANT, "a ticket that is changed by one character", "1004", ground -> {
                    serve(ground);
                    var ticket = ticket(ground);
                    var dot = ticket.indexOf('.') + 1;
                    var forged = ticket.substring(0, dot)
                            + (ticket.charAt(dot) == 'A' ? 'B' : 'A')
                            + ticket.substring(dot + 1);
                    var target = new Target(ground.shared() + "-" + PORT + ".localhost", "/?" + TICKET + forged);
                    assertRefused(ask(ground, target, ""), 401, "1004");
                }),
                new Attempt(
                        Who.TENANT, "a port that is not exposed, of a public sandbox", "1002, whoever asks", ground -> {
                            var open = ground.create(
                                    ",\"network\":{\"allowPublicInbound\":true,\"exposedPorts\":[" + PORT + "]}");
                            var target = new Target(open + "-22.localhost", "/");
                            assertRefused(ask(ground, target, ""), 403, "1002");
                            assertRefused(ask(ground, target, Ground.bearer("default", "*")), 403, "1002");
                        }),
                new Attempt(
                        Who.TENANT,
                        "the API through the name of a preview, and a preview's name in a target of the API",
                        "400: who says two hosts means none",
                        ground -> {
                            var name = ground.shared() + "-" + PORT + ".localhost";
                            for (var target : List.of(
                                    new Target(name, "http://localhost" + Ground.SANDBOXES),
                                    new Target("localhost", "http://" + name + "/"))) {
                                assertThat(ask(ground, target, Ground.bearer("next-door", "*"))
                                                .status())
                                        .isEqualTo(400);
                            }
                        }));
    }

    private record Target(String host, String path) {}

    private static List<Target> targets(Ground ground) {
        return List.of(
                new Target(ground.shared() + "-" + PORT + ".localhost", "/"),
                new Target("localhost", "/preview/" + ground.shared() + "/" + PORT + "/"));
    }

    /** So that what is refused would be there to be had. */
    private static void serve(Ground ground) throws IOException {
        var own = new Target(ground.shared() + "-" + PORT + ".localhost", "/");
        if (ask(ground, own, Ground.bearer("default", "*")).text().contains(SECRET)) {
            return;
        }
        var started = ground.runRequest(
                ground.shared(),
                Map.of(
                        "command",
                        "perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 9, LocalPort => " + PORT
                                + ", ReuseAddr => 1) or die $!; while (my $c = $s->accept) { while (<$c>) { last if /^\\r?$/ }"
                                + " print $c \"HTTP/1.1 200 OK\\r\\nContent-Length: 21\\r\\nConnection: close\\r\\n\\r\\n"
                                + SECRET
                                + "\" }'",
                        "timeoutMs",
                        600_000,
                        "waitMs",
                        0));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        var deadline = System.nanoTime() + 20_000_000_000L;
        while (!ask(ground, own, Ground.bearer("default", "*")).text().contains(SECRET)) {
            assertThat(System.nanoTime()).as("the service inside").isLessThan(deadline);
            Eventually.pause();
        }
    }

    private static String ticket(Ground ground) {
        var url = ground.stack()
                .get(ground.pathOf(ground.shared()) + "/preview-url?port=" + PORT)
                .field("url");
        var query = URI.create(url).getRawQuery();
        return query.substring(query.indexOf(TICKET) + TICKET.length());
    }

    private static Reply ask(Ground ground, Target target, String bearer) throws IOException {
        try (var connection = ground.connect()) {
            connection.send("GET " + target.path() + " HTTP/1.1\r\nHost: " + target.host() + "\r\n"
                    + (bearer.isEmpty() ? "" : "Authorization: " + bearer + "\r\n") + "\r\n");
            return connection.read();
        }
    }

    private static void assertRefused(Reply reply, int status, String code) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(status);
        assertThat(reply.text()).contains("\"code\":" + code).doesNotContain(SECRET);
    }
}
