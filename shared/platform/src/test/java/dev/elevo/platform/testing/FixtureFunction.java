package dev.elevo.platform.testing;

import dev.elevo.contract.Area;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An area of small endpoints ({@link FixtureController}) with everything behind the pipeline in memory. */
public final class FixtureFunction extends AreaFunction {
    /** Switches the fixture's beans on; no real area sees them. */
    public static final String SWITCH = "elevo.fixture";

    public static final String BOOTSTRAP_KEY = "bootstrap-key-of-the-tests";
    public static final String JWT_SECRET = "a-secret-of-the-tests-that-is-long-enough";

    private FixtureFunction(Map<String, Object> properties, List<Object> singletons) {
        super(Area.ADMIN, new Surroundings(properties, singletons));
    }

    /** What a test sets and looks at. */
    public record Fixture(
            FixtureFunction function,
            SettableClock clock,
            InMemoryKeys keys,
            InMemoryRevocations revocations,
            InMemoryRateLimiter limiter,
            InMemoryAuditTrail audit,
            InMemoryStandings standings)
            implements AutoCloseable {

        public Answer answer(Events request) {
            return Answer.of(function.handle(request.event()));
        }

        /** With the key that may do everything. */
        public Answer answerAdmin(Events request) {
            return answer(request.header("x-api-key", BOOTSTRAP_KEY));
        }

        @Override
        public void close() {
            function.close();
        }
    }

    public static Fixture start() {
        return start(Map.of());
    }

    public static Fixture start(Map<String, Object> more) {
        var clock = new SettableClock();
        var keys = new InMemoryKeys();
        var revocations = new InMemoryRevocations();
        var limiter = new InMemoryRateLimiter(clock);
        var audit = new InMemoryAuditTrail();
        var standings = new InMemoryStandings();
        var properties = new TreeMap<String, Object>(Map.of(
                SWITCH,
                "true",
                "ELEVO_BOOTSTRAP_KEY_SHA256",
                Events.sha256(BOOTSTRAP_KEY),
                "ELEVO_JWT_SECRET",
                JWT_SECRET,
                "ELEVO_CURSOR_SECRET",
                "secret-of-the-tests"));
        properties.putAll(more);
        var function = new FixtureFunction(
                properties, List.of(clock, keys, revocations, limiter, audit, standings, new InMemoryRequestCounter()));
        return new Fixture(function, clock, keys, revocations, limiter, audit, standings);
    }
}
