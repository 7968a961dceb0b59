package dev.elevo.platform.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.elevo.contract.ErrorBody;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SandboxSecret;
import dev.elevo.contract.trace.TraceContext;
import dev.elevo.platform.outbound.OutboundHttp;
import dev.elevo.platform.sandbox.Background;
import dev.elevo.platform.trace.Trace;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What proves to an agent that a call is the control plane's. */
class HttpSandboxAgentTest {
    private static final String ID = "sbx-aaaaaaaaaaaa";
    private static final String STATUS = """
            {"id":"%s","state":"running","isolation":"container","enforced":{},"createdAt":"2026-01-01T00:00:00.000Z"}""".formatted(ID);

    /** As an agent knows them. */
    private final Map<String, SandboxSecret> told = new HashMap<>();

    private final List<String> tokens = new ArrayList<>();
    private final List<@Nullable String> traces = new ArrayList<>();
    /** So many calls are refused by who stands before the agent. */
    private final AtomicInteger crowded = new AtomicInteger();

    private KeyPair keys;
    private HttpServer server;
    private final OutboundHttp http = new OutboundHttp();
    private AgentConnection connection;
    private HttpSandboxAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException, IOException {
        keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        var configuration = new AgentConfiguration(
                "http://127.0.0.1:" + server.getAddress().getPort(),
                Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded()));
        var issuer = new CapabilityIssuer(configuration, InstantSource.system());
        connection =
                new AgentConnection(http, new LocalAgent(configuration, issuer), issuer, ObjectMapper.getDefault());
        agent = new HttpSandboxAgent(connection, issuer);
    }

    @AfterEach
    void stop() {
        http.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        var token = headers.getFirst(AgentPaths.CAPABILITY_HEADER);
        tokens.add(token);
        if (crowded.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.sendResponseHeaders(429, -1);
            exchange.close();
            return;
        }
        traces.add(headers.getFirst(TraceContext.TRACE_PARENT));
        if (headers.containsKey(AgentPaths.SECRET_HEADER)) {
            told.put(ID, SandboxSecret.parse(headers.getFirst(AgentPaths.SECRET_HEADER)));
        }
        var known = Capability.isSealed(token)
                ? told.containsKey(ID) && Capability.open(token, told.get(ID)).isPresent()
                : Capability.verify(token, keys.getPublic()).isPresent();
        var refusal = ErrorBody.of(new Failure.Refused(ErrorCode.INVALID_TOKEN, "no"), "req-aaaaaaaaaaaa", null);
        var body = known ? STATUS.getBytes(UTF_8) : ObjectMapper.getDefault().writeValueAsBytes(refusal);
        exchange.sendResponseHeaders(known ? 200 : 401, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Test
    void what_an_agent_is_told_with_the_sandbox_opens_it_at_the_first_call() {
        agent.create(InMemoryAgent.ordinary(ID));
        agent.get(ID);

        assertThat(tokens).hasSize(2);
        assertThat(Capability.verify(tokens.getFirst(), keys.getPublic()))
                .hasValueSatisfying(
                        capability -> assertThat(capability.operations()).containsExactly(Operation.CREATE));
        assertThat(Capability.isSealed(tokens.getLast())).isTrue();
    }

    @Test
    void what_does_not_get_past_the_proxy_for_a_moment_is_brought_again() {
        agent.create(InMemoryAgent.ordinary(ID));
        crowded.set(2);

        assertThat(agent.get(ID).id()).isEqualTo(ID);
        assertThat(tokens).hasSize(4);
    }

    @Test
    void an_agent_is_told_of_which_trace_the_call_is() throws Exception {
        agent.create(InMemoryAgent.ordinary(ID));
        var trace = Trace.of(null, null, false);
        trace.enter();
        try {
            agent.get(ID);
            Background.start("elsewhere", () -> agent.get(ID)).await(Duration.ofSeconds(60));
        } finally {
            Trace.leave();
        }
        agent.get(ID);

        assertThat(traces)
                .containsExactly(null, trace.context().header(), trace.context().header(), null);
    }

    @Test
    void the_host_is_opened_by_one_signature_for_many_calls() {
        agent.create(InMemoryAgent.ordinary(ID));
        agent.create(InMemoryAgent.ordinary(ID));

        assertThat(tokens.getFirst()).isEqualTo(tokens.getLast());
    }

    @Test
    void where_an_agent_was_told_by_another_key_or_not_at_all_a_signature_opens() throws GeneralSecurityException {
        assertThat(agent.get(ID).id()).isEqualTo(ID);
        told.put(
                ID,
                SandboxSecret.derive(
                        KeyPairGenerator.getInstance("Ed25519")
                                .generateKeyPair()
                                .getPrivate(),
                        ID));
        assertThat(agent.get(ID).id()).isEqualTo(ID);

        assertThat(tokens).extracting(Capability::isSealed).containsExactly(true, false, true, false);
    }
}
