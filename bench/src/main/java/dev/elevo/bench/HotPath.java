package dev.elevo.bench;

import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.SandboxSecret;
import dev.elevo.platform.identity.ApiKey;
import dev.elevo.platform.identity.RateLimits;
import dev.elevo.platform.keys.DynamoApiKeyStore;
import dev.elevo.platform.limits.BucketKey;
import dev.elevo.platform.limits.Decision;
import dev.elevo.platform.limits.DynamoBucketStore;
import dev.elevo.platform.limits.DynamoRateLimiter;
import dev.elevo.platform.limits.RateLimiter;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What every call pays before it is served, by what an instance remembers; {@link Micro} runs it. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // by start()
public class HotPath {
    private static final String KEY = "%064x".formatted(1);
    private static final int HUGE = 60_000_000;
    private static final BucketKey CALLER = new BucketKey("bench", "hot");

    private final String sandbox = Ids.SANDBOX.random();
    private Scratch scratch;
    private StateServer state;
    private OneArea area;
    private DynamoApiKeyStore keys;
    private RateLimiter limiter;
    private SandboxSecret secret;

    @Setup
    public void start() throws Exception {
        scratch = new Scratch("micro");
        state = new StateServer(scratch);
        area = new OneArea(state);
        keys = area.bean(DynamoApiKeyStore.class);
        keys.save(KEY, new ApiKey(Ids.KEY.random(), "bench", "ann", List.of("*"), null, false, RateLimits.NONE), 1);
        limiter =
                new DynamoRateLimiter(new DynamoBucketStore(state.client(), state.configuration()), Clock.systemUTC());
        secret = SandboxSecret.derive(
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate(), sandbox);
    }

    @TearDown
    public void stop() throws Exception {
        area.close();
        state.close();
        scratch.close();
    }

    /** It is forgotten every second, as always: what it costs then is in one of very many. */
    @Benchmark
    public Optional<ApiKey> keyLookup() {
        return keys.find(KEY);
    }

    @Benchmark
    public Decision rateLimit() {
        return limiter.take(CALLER, HUGE);
    }

    /** Both sides of it: what the function says and the agent believes. */
    @Benchmark
    public Optional<Capability> capability() {
        var said = new Capability(
                        sandbox, Set.of(Operation.values()), Instant.now().plusSeconds(60))
                .seal(secret);
        return Capability.open(said, secret);
    }
}
