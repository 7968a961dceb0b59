package dev.elevo.platform.testing;

import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.InMemoryAgent;
import dev.elevo.contract.agent.InMemoryLanguageServers;
import dev.elevo.contract.agent.InMemoryPtys;
import dev.elevo.contract.agent.InMemorySnapshots;
import dev.elevo.contract.agent.InMemoryStreams;
import dev.elevo.contract.agent.InMemoryVolumes;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.sandbox.Ending;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.sandbox.Sandboxes;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Areas as they run in one JVM: on one real state table, with one clock that the test turns and one agent in memory.
 *
 * <p>The limits of requests per minute are wide unless a test asks for others: the clock stands still.
 */
public final class Surrounded implements AutoCloseable {
    public static final String ADMIN_KEY = "the-key-that-may-do-everything";
    public static final String ORGANIZATION = "default";

    private final SettableClock clock = new SettableClock();
    private final InMemoryAgent agent = new InMemoryAgent(clock);
    private final InMemoryPtys ptys = new InMemoryPtys(clock);
    private final InMemoryLanguageServers languageServers = new InMemoryLanguageServers(clock);
    private final InMemoryStreams streams = new InMemoryStreams(clock);
    private final InMemorySnapshots snapshots = new InMemorySnapshots();
    private final InMemoryVolumes volumes = new InMemoryVolumes();
    private final TestTable table = TestTable.create();
    private final Map<String, Object> properties = new HashMap<>();

    public Surrounded() {
        properties.putAll(table.properties());
        properties.put("elevo.bootstrap.key.sha256", Events.sha256(ADMIN_KEY));
        properties.put("elevo.jwt-secret", FixtureFunction.JWT_SECRET);
        properties.put("elevo.cursor.secret", "secret-of-the-tests");
        properties.put("elevo.agent.url", "http://127.0.0.1:1");
        properties.put("elevo.agent.signing.key", signingKey());
        for (var rateClass : List.of("read", "write", "sandbox.create", "exec")) {
            properties.put("elevo.limit." + rateClass, 100_000);
        }
    }

    public Surrounded with(String property, Object value) {
        properties.put(property, value);
        return this;
    }

    /** The area, with the in-memory agent where the real one would be. */
    public <F extends AreaFunction> F start(Function<Surroundings, F> constructor) {
        return constructor.apply(new Surroundings(
                properties, List.of(clock, agent, languageServers, ptys, streams, snapshots, volumes)));
    }

    public static Answer ask(AreaFunction function, Events request) {
        return Answer.of(function.handle(request.header("x-api-key", ADMIN_KEY).event()));
    }

    /** A sandbox that runs, as the area of sandboxes would have made it. */
    public Sandbox sandbox(AreaFunction function) {
        var store = function.context().getBean(SandboxStore.class);
        var recorded = Sandboxes.creating(ORGANIZATION, Ids.SANDBOX.random(), clock.instant());
        store.create(recorded, Integer.MAX_VALUE);
        var running = recorded.running(Sandboxes.WALL, clock.instant());
        store.replace(recorded, running);
        agent.create(InMemoryAgent.ordinary(running.id()));
        return store.find(ORGANIZATION, running.id()).orElseThrow();
    }

    /** Ended as the area of sandboxes ends it: at its host, then in its record. */
    public void stop(AreaFunction function, Sandbox sandbox) {
        agent.stop(sandbox.id(), new StopSandbox(0, EndReason.REQUESTED));
        function.context()
                .getBean(SandboxStore.class)
                .replace(sandbox, sandbox.stopped(Ending.bySystem(EndReason.REQUESTED), clock.instant()));
    }

    public SettableClock clock() {
        return clock;
    }

    public InMemoryAgent agent() {
        return agent;
    }

    public InMemoryPtys ptys() {
        return ptys;
    }

    public InMemoryStreams streams() {
        return streams;
    }

    public InMemorySnapshots snapshots() {
        return snapshots;
    }

    public InMemoryVolumes volumes() {
        return volumes;
    }

    public TestTable table() {
        return table;
    }

    @Override
    public void close() {
        table.close();
    }

    private static String signingKey() {
        try {
            var key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
            return Base64.getEncoder().encodeToString(key.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
