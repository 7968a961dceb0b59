package dev.elevo.functions.admin;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks the parts whether they are there, not more often than every few seconds. */
@Singleton
class SystemChecks {
    private static final long LIFE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Database database;
    private final Sql sql;
    private final Engine engine;
    private final Deployment deployment;
    private final InstantSource clock;
    private final Instant started;
    private @Nullable Map<String, SystemStatus.Component> last;
    private long askedAt;

    SystemChecks(Database database, Sql sql, Engine engine, Deployment deployment, InstantSource clock) {
        this.database = database;
        this.sql = sql;
        this.engine = engine;
        this.deployment = deployment;
        this.clock = clock;
        this.started = clock.instant();
    }

    SystemStatus run() {
        var now = clock.instant();
        var components = components();
        var isWell = components.values().stream()
                .allMatch(component -> component.status().equals(SystemStatus.HEALTHY));
        return new SystemStatus(
                isWell ? SystemStatus.HEALTHY : SystemStatus.DEGRADED,
                deployment.version(),
                now,
                Duration.between(started, now).toSeconds(),
                components);
    }

    /** The state table needs no question: without it nobody would have come so far. */
    private synchronized Map<String, SystemStatus.Component> components() {
        var known = last;
        if (known == null || System.nanoTime() - askedAt > LIFE_NANOS) {
            known = new LinkedHashMap<>();
            known.put("state", new SystemStatus.Component(SystemStatus.HEALTHY, null));
            known.put("people", check(() -> database.read(() -> sql.count("SELECT 1"))));
            known.put("engine", check(engine::offer));
            last = known;
            askedAt = System.nanoTime();
        }
        return known;
    }

    private static SystemStatus.Component check(Runnable question) {
        try {
            question.run();
            return new SystemStatus.Component(SystemStatus.HEALTHY, null);
        } catch (ApiException e) {
            return new SystemStatus.Component(
                    SystemStatus.UNHEALTHY, e.failure().message());
        }
    }
}
