package dev.elevo.platform.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.platform.dynamo.Attributes;
import dev.elevo.platform.engine.Images.Image;
import dev.elevo.platform.engine.Placement.Phase;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.microvm.MicrovmState;
import dev.elevo.platform.outbound.OutboundHttp;
import dev.elevo.platform.testing.SettableClock;
import dev.elevo.platform.testing.TestTable;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is started ahead of need, and what becomes of it before somebody needs it. */
class WarmMachinesTest {
    private static final String ID = "sbx-aaaaaaaaaaaa";
    private static final String STATUS = """
            {"id":"%s","state":"running","isolation":"microvm","enforced":{},"createdAt":"2026-01-01T00:00:00.000Z"}""".formatted(ID);
    private static final FleetConfiguration FLEET = fleet("base/4096=2");

    private final SettableClock clock = new SettableClock();
    private final TestTable table = TestTable.create();
    private final ObjectMapper json =
            ObjectMapper.create(Map.of("micronaut.serde.serialization.inclusion", "NON_NULL"), "dev.elevo");
    private final Placements placements = new Placements(table.client(), table.configuration(), json, clock);
    private final Leases leases = new Leases(table.client(), table.configuration(), clock);
    private final Images images = new Images(FLEET);
    private HttpServer server;
    private String endpoint;
    private InMemoryMicrovms microvms;
    private MicrovmAddresses addresses;
    private final OutboundHttp http = new OutboundHttp();
    private AgentConnection connection;
    private Machines machines;
    private WarmMachines warm;
    private Passages passages;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        endpoint = "127.0.0.1:" + server.getAddress().getPort();
        microvms = new InMemoryMicrovms(endpoint, clock);
        var issuer = issuer();
        addresses = new MicrovmAddresses(placements, new ProxyTokens(microvms, clock), FLEET);
        connection = new AgentConnection(http, addresses, issuer, json);
        machines = new Machines(microvms, images, FLEET, issuer, addresses, connection, json);
        warm = warm(FLEET, machines);
        passages = new Passages(
                placements,
                machines,
                warm,
                new Workspaces(new InMemoryWorkspaces(), Optional.empty(), clock),
                new HttpSandboxAgent(connection, issuer),
                new SavedSnapshots(table.client(), table.configuration()),
                leases,
                clock);
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
        leases.close();
        table.close();
    }

    /** With a key that is new each time. */
    private CapabilityIssuer issuer() throws GeneralSecurityException {
        var keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var key = Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded());
        return new CapabilityIssuer(new AgentConfiguration("http://" + endpoint, key), clock);
    }

    private static FleetConfiguration fleet(String warm) {
        return fleet("base/4096=arn:aws:image", warm);
    }

    private static FleetConfiguration fleet(String images, String warm) {
        return new FleetConfiguration(images, "", "", "", "", "", warm, 27_000, 600, 45, "http", "eu-central-1");
    }

    private WarmMachines warm(FleetConfiguration fleet, Machines starter) {
        return new WarmMachines(
                table.client(), table.configuration(), placements, starter, leases, new Images(fleet), fleet, clock);
    }

    /** A machine that sleeps, or has ended, does not answer. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var isAwake = microvms.state(path.split("/", -1)[1]) == MicrovmState.RUNNING;
            var body = path.endsWith(AgentPaths.HEALTH) ? "{\"ready\": true}" : STATUS;
            exchange.sendResponseHeaders(isAwake ? 200 : 502, isAwake ? body.length() : -1);
            if (isAwake) {
                exchange.getResponseBody().write(body.getBytes(UTF_8));
            }
        }
    }

    private Kept starting() {
        placements.begin(Placement.first(InMemoryAgent.ordinary(ID), clock.stored()));
        return placements.find(ID).orElseThrow();
    }

    private String machineOf(String id) {
        return Objects.requireNonNull(
                        placements.find(id).orElseThrow().placement().machine())
                .microvmId();
    }

    @Test
    void as_many_as_are_wanted_sleep_until_they_are_needed() {
        warm.refill(microvms.listed());
        warm.refill(microvms.listed());

        assertThat(microvms.started()).isEqualTo(2);
        assertThat(warm.ids())
                .hasSize(2)
                .allSatisfy(id -> assertThat(microvms.state(id)).isEqualTo(MicrovmState.SUSPENDED));
    }

    @Test
    void one_that_is_taken_is_its_sandboxs_and_another_takes_its_place() {
        warm.refill(microvms.listed());
        var ready = warm.ids();

        passages.launch(starting());

        var taken = machineOf(ID);
        assertThat(ready).contains(taken);
        assertThat(warm.ids()).hasSize(1).doesNotContain(taken);
        assertThat(microvms.state(taken)).isEqualTo(MicrovmState.RUNNING);
        assertThat(placements.find(ID).orElseThrow().placement().is(Phase.RUNNING))
                .isTrue();

        warm.refill(microvms.listed());

        assertThat(warm.ids()).hasSize(2).doesNotContain(taken);
        assertThat(microvms.state(taken)).isEqualTo(MicrovmState.RUNNING);
    }

    /** Such a one was once counted as ready until its hours were over. */
    @Test
    void one_that_has_ended_is_replaced() {
        warm.refill(microvms.listed());
        var dead = warm.ids().iterator().next();
        microvms.end(dead);

        warm.refill(microvms.listed());

        assertThat(warm.ids()).hasSize(2).doesNotContain(dead);
        assertThat(microvms.started()).isEqualTo(3);
    }

    @Test
    void one_that_is_not_listed_is_asked_for() {
        warm.refill(microvms.listed());
        var dead = warm.ids().iterator().next();
        microvms.end(dead);

        warm.refill(Map.of());

        assertThat(warm.ids()).hasSize(2).doesNotContain(dead);
        assertThat(microvms.started()).isEqualTo(3);
    }

    @Test
    void one_whose_life_is_half_over_is_ended_and_replaced() {
        warm.refill(microvms.listed());
        var old = warm.ids();
        clock.advance(Duration.ofSeconds(27_000 / 2 + 1));

        warm.refill(microvms.listed());

        assertThat(warm.ids()).hasSize(2).doesNotContainAnyElementsOf(old);
        assertThat(old).allSatisfy(id -> assertThat(microvms.state(id)).isEqualTo(MicrovmState.TERMINATED));
    }

    @Test
    void what_nobody_wants_any_more_is_ended() {
        warm.refill(microvms.listed());
        var ready = warm.ids();

        warm(fleet(""), machines).refill(microvms.listed());

        assertThat(warm.ids()).isEmpty();
        assertThat(ready).allSatisfy(id -> assertThat(microvms.state(id)).isEqualTo(MicrovmState.TERMINATED));
    }

    @Test
    void after_an_upgrade_none_of_the_image_before_is_taken_and_all_are_replaced() {
        warm.refill(microvms.listed());
        var old = warm.ids();
        var upgraded = fleet("base/4096=arn:aws:image@2", "base/4096=2");

        assertAreOfNoUse(old, warm(upgraded, machines), new Images(upgraded).named("base/4096"));
    }

    /** One that believes another key would obey nobody. */
    @Test
    void after_a_rotation_of_the_key_none_from_before_is_taken_and_all_are_replaced() throws GeneralSecurityException {
        warm.refill(microvms.listed());
        var old = warm.ids();
        var rotated = new Machines(microvms, images, FLEET, issuer(), addresses, connection, json);

        assertAreOfNoUse(old, warm(FLEET, rotated), images.named("base/4096"));
    }

    /** As it was noted before anybody noted what it was made of. */
    @Test
    void one_of_which_it_is_not_known_what_it_was_made_of_is_replaced() {
        warm.refill(microvms.listed());
        var old = warm.ids();
        old.forEach(id -> table.client()
                .updateItem(update -> update.tableName(table.configuration().table())
                        .key(Attributes.key("WARM", id))
                        .updateExpression("REMOVE makeup")));

        assertAreOfNoUse(old, warm, images.named("base/4096"));
    }

    private void assertAreOfNoUse(Set<String> old, WarmMachines now, Image image) {
        assertThat(now.take(starting(), image, "")).isEmpty();

        now.refill(microvms.listed());

        assertThat(now.ids()).hasSize(2).doesNotContainAnyElementsOf(old);
        assertThat(old).allSatisfy(id -> assertThat(microvms.state(id)).isEqualTo(MicrovmState.TERMINATED));
    }

    /** Two that had ended were once all that a start tried. */
    @Test
    void where_all_have_ended_a_sandbox_is_started_anew() {
        warm.refill(microvms.listed());
        var dead = warm.ids();
        dead.forEach(microvms::end);

        passages.launch(starting());

        assertThat(dead).doesNotContain(machineOf(ID));
        assertThat(microvms.state(machineOf(ID))).isEqualTo(MicrovmState.RUNNING);
    }

    @Test
    void none_is_taken_by_who_needs_another_network() {
        warm.refill(microvms.listed());
        var image = images.named("base/4096");

        assertThat(warm.take(starting(), image, "arn:aws:blocked")).isEmpty();
        assertThat(warm.ids()).hasSize(2);
    }
}
