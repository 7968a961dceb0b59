package dev.elevo.functions.sandboxes.preview;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.functions.sandboxes.SandboxesFunction;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditSearch;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.engine.PreviewTickets;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Sort;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Where previews are, and who is let into them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PreviewsTest {
    private static final String PATH = "/api/v1/sandboxes";
    private static final int PORT = 3000;

    private Surrounded surrounded;
    private SandboxesFunction function;
    private String mine;
    private String open;
    private int addresses;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(SandboxesFunction::new);
        mine = create("{\"name\":\"mine\",\"timeoutMs\":0,\"autoStopMinutes\":0}");
        open = create("{\"timeoutMs\":0,\"network\":{\"allowPublicInbound\":true,\"exposedPorts\":[3000]}}");
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    private String create(String settings) {
        return ask(Events.post(PATH, settings)).textAt("id");
    }

    private Answer ask(Events request) {
        return Surrounded.ask(function, request);
    }

    private Answer get(String target, String host) {
        return ask(Events.get(PATH + "/" + target).header("host", host));
    }

    private PreviewVisit visit(String id, int port) {
        return new PreviewVisit(id, port, "198.51.100." + addresses++, null, null, null, null, null);
    }

    private PreviewVisit withKey(PreviewVisit visit, String key) {
        return new PreviewVisit(visit.sandboxId(), visit.port(), visit.address(), null, null, null, key, null);
    }

    private PreviewVisit withTicket(PreviewVisit visit, String ticket) {
        return new PreviewVisit(visit.sandboxId(), visit.port(), visit.address(), ticket, null, null, null, null);
    }

    private PreviewVisit withCookies(PreviewVisit visit, String... tickets) {
        return new PreviewVisit(
                visit.sandboxId(), visit.port(), visit.address(), null, List.of(tickets), null, null, null);
    }

    private int code(PreviewVisit visit) {
        var refusal = function.admit(visit).refusal();
        return refusal == null ? 0 : refusal.code();
    }

    private PreviewAnswer.Pass pass(PreviewVisit visit) {
        return requireNonNull(function.admit(visit).pass());
    }

    private String ticket(String id, int port) {
        return function.context().getBean(PreviewTickets.class).issue(Surrounded.ORGANIZATION, id, port);
    }

    @Test
    void a_visitor_who_is_refused_is_in_the_trail_of_whose_sandbox_he_wanted_to_see() {
        var stranger = visit(mine, 3000);
        assertThat(code(stranger)).isEqualTo(1001);
        assertThat(code(stranger)).isEqualTo(1001);
        assertThat(code(visit("sbx-000000000000", 3000))).isEqualTo(1001);

        assertThat(refused(Surrounded.ORGANIZATION, stranger.address()))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.resource()).isEqualTo(mine);
                    assertThat(event.outcome()).isEqualTo(Outcome.DENIED);
                    assertThat(event.metadata()).containsEntry("port", "3000").containsEntry("code", "1001");
                });
        assertThat(refused(AuditEvent.SYSTEM, ""))
                .extracting(AuditEvent::resource)
                .containsOnly("sbx-000000000000");
        surrounded.clock().advance(Duration.ofMinutes(1));
        assertThat(code(stranger)).isEqualTo(1001);
        assertThat(refused(Surrounded.ORGANIZATION, stranger.address())).hasSize(2);
    }

    private List<AuditEvent> refused(String organization, String address) {
        return function
                .context()
                .getBean(AuditSearch.class)
                .find(
                        new AuditSearch.Wanted(organization, "preview.visit", null, null, null, null, null),
                        new PageQuery(new Sort("timestamp", true), 100, new PageQuery.Numbered(1)))
                .items()
                .stream()
                .filter(event -> event.remoteAddr().startsWith(address))
                .toList();
    }

    @Test
    void a_local_run_names_ports_below_localhost() {
        for (var host : List.of("localhost:8080", "127.0.0.1:8080", "[::1]:8080", "LOCALHOST:8080")) {
            var answer = get("mine/host?port=3000", host);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.value("host")).isEqualTo(mine + "-3000.localhost:8080");
            assertThat(answer.value("port")).isEqualTo(3000);
        }
        assertThat(get("mine/host?port=3000", "localhost").value("host")).isEqualTo(mine + "-3000.localhost");
    }

    @Test
    void from_another_machine_the_port_is_a_path() {
        var answer = get("mine/preview-url?port=3000&path=/x", "devbox.lan:8080");

        assertThat(answer.value("host")).isEqualTo("devbox.lan:8080");
        assertThat(answer.textAt("url")).startsWith("http://devbox.lan:8080/preview/" + mine + "/3000/x?elevo_token=");
        assertThat(get("mine/host?port=3000", "evil@host/").value("host")).isEqualTo(mine + "-3000.localhost");
    }

    @Test
    void a_deployment_has_a_domain() {
        try (var deployed = new Surrounded().with("elevo.domain", "sandboxes.test");
                var there = deployed.start(SandboxesFunction::new)) {
            var id = Surrounded.ask(there, Events.post(PATH, "{}")).textAt("id");

            var answer = Surrounded.ask(there, Events.get(PATH + "/" + id + "/preview-url?port=80&path=/a?b=c"));

            assertThat(answer.value("host")).isEqualTo(id + "-80.sandboxes.test");
            assertThat(answer.textAt("url")).startsWith("https://" + id + "-80.sandboxes.test/a?b=c&elevo_token=");
        }
    }

    @Test
    void what_is_asked_for_is_judged() {
        assertThat(get("mine/host", "localhost").value("error.code")).isEqualTo(9004);
        assertThat(get("mine/host?port=x", "localhost").value("error.code")).isEqualTo(9005);
        assertThat(get("mine/host?port=65536", "localhost").value("error.code")).isEqualTo(9004);
        assertThat(get("mine/preview-url?port=1&path=x", "localhost").value("error.code"))
                .isEqualTo(9004);
        assertThat(get("mine/preview-url?port=1&path=/%23x%0d", "localhost").value("error.code"))
                .isEqualTo(9004);
        assertThat(get("mine/preview-url?port=1&protocol=ftp", "localhost").value("error.code"))
                .isEqualTo(9004);
        assertThat(get("none/host?port=1", "localhost").value("error.code")).isEqualTo(2001);
        assertThat(get(open + "/host?port=3001", "localhost").value("error.code"))
                .isEqualTo(9004);
        assertThat(get(open + "/preview-url?port=3000", "localhost").textAt("url"))
                .doesNotContain("elevo_token");
    }

    @Test
    void a_credential_of_the_organization_opens_a_port_for_the_proxy_only() {
        var pass = pass(withKey(visit(mine, PORT), Surrounded.ADMIN_KEY));

        assertThat(pass.route().url()).endsWith("/agent/v1/sandboxes/" + mine + "/ports/3000");
        assertThat(pass.apiKeyHeaderIsOurs()).isTrue();
        var capability = pass.route().capability();
        var claims = new String(
                Base64.getUrlDecoder().decode(capability.substring(0, capability.indexOf('~'))),
                StandardCharsets.UTF_8);
        assertThat(claims).startsWith(mine + "|" + Operation.PORT + "|");
        assertThat(Capability.isSealed(pass.route().capability())).isTrue();
        assertThat(pass.toString() + visit(mine, PORT))
                .doesNotContain(pass.route().capability());
    }

    @Test
    void nobody_is_told_what_there_is() {
        assertThat(code(visit(mine, PORT))).isEqualTo(1001);
        assertThat(code(visit(Ids.SANDBOX.random(), PORT))).isEqualTo(1001);
        assertThat(code(withKey(visit(Ids.SANDBOX.random(), PORT), Surrounded.ADMIN_KEY)))
                .isEqualTo(2001);
        assertThat(code(withKey(visit(mine, PORT), "ewk_wrong"))).isEqualTo(1004);
    }

    @Test
    void everybody_sees_a_public_one_and_only_what_it_exposes() {
        assertThat(code(visit(open, PORT))).isZero();
        assertThat(code(withKey(visit(open, PORT), "anything"))).isZero();
        assertThat(pass(withKey(visit(open, PORT), "anything")).apiKeyHeaderIsOurs())
                .isFalse();
        assertThat(pass(withKey(visit(open, PORT), Surrounded.ADMIN_KEY)).apiKeyHeaderIsOurs())
                .isTrue();
        assertThat(code(visit(open, 3001))).isEqualTo(1002);
    }

    @Test
    void a_ticket_is_for_one_port_and_one_hour() {
        var ticket = ticket(mine, PORT);

        assertThat(pass(withTicket(visit(mine, PORT), ticket)).ticketExpiresAt())
                .isEqualTo(
                        surrounded.clock().instant().plus(PreviewTickets.LIFE).truncatedTo(ChronoUnit.MILLIS));
        assertThat(code(withCookies(visit(mine, PORT), "planted", ticket))).isZero();
        assertThat(code(withTicket(visit(mine, 3001), ticket))).isEqualTo(1004);
        assertThat(code(withTicket(visit(open, PORT), ticket))).isEqualTo(1004);
        assertThat(code(withCookies(visit(mine, 3001), ticket))).isEqualTo(1001);
        for (var forged : List.of("", ".", "a.b", ticket + "A", ticket.substring(1), ticket.replace('.', '~'))) {
            assertThat(code(withTicket(visit(mine, PORT), forged))).as(forged).isEqualTo(1004);
        }

        surrounded.clock().advance(PreviewTickets.LIFE);

        assertThat(code(withTicket(visit(mine, PORT), ticket))).isEqualTo(1003);
        assertThat(code(withCookies(visit(mine, PORT), ticket))).isEqualTo(1001);
    }

    @Test
    void who_fails_too_often_is_not_looked_at() {
        var visit = visit(mine, PORT);
        for (int i = 0; i < 60; i++) {
            assertThat(code(withTicket(visit, "a." + i))).isEqualTo(1004);
        }

        var refusal = requireNonNull(function.admit(withTicket(visit, "a.b")).refusal());

        assertThat(refusal.code()).isEqualTo(9003);
        assertThat(refusal.retryAfterSeconds()).isPositive();
        assertThat(code(withKey(visit, Surrounded.ADMIN_KEY))).isIn(0, 9003);
        assertThat(code(withTicket(visit, ticket(mine, PORT)))).isZero();
        surrounded.clock().advance(Duration.ofMinutes(1));
    }

    @Test
    void a_visit_is_use_of_the_sandbox() {
        var before = lastActivity();
        surrounded.clock().advance(Duration.ofSeconds(20));

        pass(withKey(visit(mine, PORT), Surrounded.ADMIN_KEY));

        assertThat(lastActivity()).isNotEqualTo(before);
    }

    private @Nullable Object lastActivity() {
        return get(mine, "localhost").value("lastActivityAt");
    }

    @Test
    void one_that_does_not_run_is_a_conflict() {
        var id = create("{\"timeoutMs\":1000}");
        surrounded.clock().advance(Duration.ofSeconds(2));

        assertThat(code(withKey(visit(id, PORT), Surrounded.ADMIN_KEY))).isEqualTo(2003);
        assertThat(code(withTicket(visit(id, PORT), ticket(id, PORT)))).isEqualTo(2003);
        assertThat(get(id + "/host?port=1", "localhost").value("error.code")).isEqualTo(2003);
        assertThat(function.context().getBean(SandboxStore.class).locate(id)).isPresent();
    }
}
