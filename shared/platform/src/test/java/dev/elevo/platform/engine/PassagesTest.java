package dev.elevo.platform.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.engine.Machines.GoneException;
import dev.elevo.platform.engine.Placement.Machine;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way of a sandbox's files out of its MicroVM, and what may happen to those who bring them. */
class PassagesTest {
    private static final String ID = "sbx-aaaaaaaaaaaa";
    private static final StopSandbox STOP = new StopSandbox(0, EndReason.REQUESTED);
    private static final String STATUS = """
            {"id":"%s","state":"stopped","isolation":"microvm","enforced":{},"createdAt":"2026-01-01T00:00:00.000Z"}""".formatted(ID);

    private final SettableClock clock = new SettableClock();
    private final TestTable table = TestTable.create();
    private final ObjectMapper json =
            ObjectMapper.create(Map.of("micronaut.serde.serialization.inclusion", "NON_NULL"), "dev.elevo");
    private final Placements placements = new Placements(table.client(), table.configuration(), json, clock);
    private final Leases leases = new Leases(table.client(), table.configuration(), clock);
    private final InMemoryWorkspaces agent = new InMemoryWorkspaces();
    private final InMemoryBucket bucket = new InMemoryBucket();
    private final List<String> stops = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private FakeMicrovms microvms;
    private final OutboundHttp http = new OutboundHttp();
    private AgentConnection connection;
    private Passages passages;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        var endpoint = "127.0.0.1:" + server.getAddress().getPort();
        microvms = new FakeMicrovms(endpoint);
        var fleet = new FleetConfiguration(
                "base/2048=arn:aws:image", "", "", "", "", "", "", 27_000, 600, 45, "http", "eu-central-1");
        var keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var configuration = new AgentConfiguration(
                "http://" + endpoint,
                Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
        var issuer = new CapabilityIssuer(configuration, clock);
        var addresses = new MicrovmAddresses(placements, new ProxyTokens(microvms, clock), fleet);
        connection = new AgentConnection(http, addresses, issuer, json);
        var images = new Images(fleet);
        var machines = new Machines(microvms, images, fleet, issuer, addresses, connection, json);
        passages = new Passages(
                placements,
                machines,
                new WarmMachines(
                        table.client(), table.configuration(), placements, machines, leases, images, fleet, clock),
                new Workspaces(agent, Optional.of(bucket), clock),
                new HttpSandboxAgent(connection, issuer),
                new SavedSnapshots(table.client(), table.configuration()),
                leases,
                clock);
        var machine = new Machine("microvm-1", endpoint, "arn", 8L << 30, clock.stored());
        placements.begin(Placement.first(InMemoryAgent.ordinary(ID), clock.stored())
                .on(machine, clock.stored())
                .running(Map.of(), clock.stored()));
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
        leases.close();
        table.close();
    }

    /** A machine that sleeps, or has ended, does not answer. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var body = path.equals(AgentPaths.HEALTH) ? "{\"ready\": true}" : STATUS;
            if (path.endsWith("/stop")) {
                stops.add(path);
            }
            var isAwake = microvms.state() == MicrovmState.RUNNING;
            exchange.sendResponseHeaders(isAwake ? 200 : 502, isAwake ? body.length() : -1);
            if (isAwake) {
                exchange.getResponseBody().write(body.getBytes(UTF_8));
            }
        }
    }

    @Test
    void files_are_saved_before_their_machine_ends() {
        agent.beQuick();

        var saved = passages.save(placement(), STOP).placement();

        assertThat(saved.workspace()).isNotNull().satisfies(files -> {
            assertThat(files.sha256()).isEqualTo(InMemoryWorkspaces.SAVED.sha256());
            assertThat(bucket.keys()).containsExactly(files.key());
        });
        assertThat(saved.arrival()).isNull();
        assertThat(saved.litter()).isEmpty();
        assertThat(bucket.underWay()).isZero();
        assertThat(microvms.state()).isEqualTo(MicrovmState.TERMINATED);
    }

    @Test
    void what_one_began_who_died_another_one_goes_on_with() {
        agent.onLook(() -> agent.beSilent(!agent.orders().isEmpty()));
        assertThatThrownBy(() -> passages.save(placement(), STOP)).isInstanceOf(ApiException.class);
        var begun = placement().placement();
        assertThat(begun.is(Phase.SAVING)).isTrue();
        assertThat(begun.arrival()).isNotNull();
        assertThat(microvms.state()).isEqualTo(MicrovmState.RUNNING);

        agent.onLook(() -> {});
        agent.beSilent(false);
        agent.finish();
        var saved = passages.save(placement(), STOP).placement();

        assertThat(agent.orders()).hasSize(1);
        assertThat(bucket.begun()).isEqualTo(1);
        assertThat(bucket.keys()).hasSize(1);
        assertThat(saved.hasSavedThisGeneration()).isTrue();
    }

    /** As another process sees it that took the lease of one that slept. */
    @Test
    void of_two_who_save_at_once_both_save_the_same() {
        agent.beQuick();
        bucket.afterCompleting(() -> {
            clock.advance(Leases.LIFE.plusMillis(1));
            passages.save(placement(), STOP);
        });

        var saved = passages.save(placement(), STOP).placement();

        assertThat(placement().placement().workspace()).isEqualTo(saved.workspace());
        assertThat(bucket.begun()).isEqualTo(1);
        assertThat(bucket.keys()).hasSize(1);
    }

    @Test
    void what_failed_is_begun_anew() {
        agent.onLook(() -> agent.fail(ErrorCode.DISK_QUOTA_EXCEEDED, "The machine's disk has no room"));

        assertThatThrownBy(() -> passages.save(placement(), STOP))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.DISK_QUOTA_EXCEEDED));
        assertThat(bucket.underWay()).isZero();
        assertThat(agent.known()).isEmpty();
        assertThat(placement().placement().arrival()).isNull();

        agent.beQuick();
        var saved = passages.save(placement(), STOP).placement();

        assertThat(saved.hasSavedThisGeneration()).isTrue();
        assertThat(bucket.begun()).isEqualTo(2);
        assertThat(bucket.keys()).hasSize(1);
    }

    @Test
    void what_has_not_come_while_its_addresses_lived_is_begun_anew() {
        agent.onLook(() -> {
            if (!agent.orders().isEmpty()) {
                clock.advance(Workspaces.LIFE.plusSeconds(1));
            }
        });

        assertThatThrownBy(() -> passages.save(placement(), STOP)).hasMessageContaining("within 15 minutes");

        agent.onLook(() -> {});
        agent.beQuick();
        assertThat(passages.save(placement(), STOP).placement().hasSavedThisGeneration())
                .isTrue();
        assertThat(bucket.begun()).isEqualTo(2);
        assertThat(bucket.underWay()).isZero();
    }

    /** One that slept past its lease, with another one who is luckier with the same. */
    @Test
    void who_gives_up_does_not_take_what_another_one_has_saved() {
        agent.onLook(() -> {
            if (!agent.orders().isEmpty()) {
                agent.onLook(() -> {});
                agent.finish();
                clock.advance(Leases.LIFE.plusMillis(1));
                passages.save(placement(), STOP);
                microvms.become(MicrovmState.RUNNING);
                agent.fail(ErrorCode.INTERNAL_ERROR, "as he saw it a moment before");
            }
        });

        assertThatThrownBy(() -> passages.save(placement(), STOP)).hasMessageContaining("changes just now");

        assertThat(bucket.keys())
                .containsExactly(Objects.requireNonNull(placement().placement().workspace())
                        .key());
    }

    @Test
    void a_machine_that_dies_in_the_middle_takes_what_was_brought_of_its_files_with_it() {
        agent.onLook(() -> {
            if (!agent.orders().isEmpty()) {
                microvms.become(MicrovmState.TERMINATED);
                agent.beSilent(true);
            }
        });

        assertThatThrownBy(() -> passages.save(placement(), STOP))
                .isInstanceOfSatisfying(
                        GoneException.class,
                        gone -> assertThat(passages.lose(ID, gone)).isTrue());

        assertThat(placement().placement().is(Phase.LOST)).isTrue();
        assertThat(placement().placement().arrival()).isNull();
        assertThat(bucket.underWay()).isZero();
    }

    @Test
    void one_that_sleeps_though_it_should_run_is_woken_to_be_stopped() {
        agent.beQuick();
        microvms.become(MicrovmState.SUSPENDED);

        passages.save(placement(), STOP);

        assertThat(stops).hasSize(1);
        assertThat(microvms.state()).isEqualTo(MicrovmState.TERMINATED);
    }

    @Test
    void a_snapshot_whose_end_nobody_has_heard_of_keeps_its_machine() {
        agent.beQuick();
        agent.putBeside("snapshot", SaveStatus.done(InMemoryWorkspaces.SAVED));
        agent.onLook(() -> {
            if (!bucket.keys().isEmpty()) {
                assertThat(microvms.state()).isEqualTo(MicrovmState.RUNNING);
                agent.putBeside("snapshot", null);
            }
        });

        passages.save(placement(), STOP);

        assertThat(agent.known()).doesNotContain("snapshot");
        assertThat(microvms.state()).isEqualTo(MicrovmState.TERMINATED);
    }

    @Test
    void a_snapshot_that_nobody_asks_for_does_not_keep_it_for_ever() {
        agent.beQuick();
        agent.putBeside("snapshot", SaveStatus.done(InMemoryWorkspaces.SAVED));
        agent.onLook(() -> {
            if (!bucket.keys().isEmpty()) {
                clock.advance(Leases.LIFE);
            }
        });

        passages.save(placement(), STOP);

        assertThat(agent.known()).contains("snapshot");
        assertThat(microvms.state()).isEqualTo(MicrovmState.TERMINATED);
    }

    private Kept placement() {
        return placements.find(ID).orElseThrow();
    }
}
