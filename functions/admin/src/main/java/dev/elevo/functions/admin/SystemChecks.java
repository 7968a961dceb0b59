package dev.elevo.functions.admin;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.deployment.Deployment;
import dev.elevo.platform.engine.Engine;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the parts whether they are there, not more often than every few seconds. */
@Singleton
class SystemChecks {
    private static final Logger LOG = LoggerFactory.getLogger(SystemChecks.class);
    private static final String ENGINE = "engine";
    private static final long LIFE_NANOS = Duration.ofSeconds(5).toNanos();

    private final Database database;
    private final Sql sql;
    private final Engine engine;
    private final Deployment deployment;
    private final InstantSource clock;
    private final Uptime uptime;
    private final AtomicReference<@Nullable Asked> last = new AtomicReference<>();

    SystemChecks(Database database, Sql sql, Engine engine, Deployment deployment, InstantSource clock, Uptime uptime) {
        this.uptime = uptime;
        this.database = database;
        this.sql = sql;
        this.engine = engine;
        this.deployment = deployment;
        this.clock = clock;
    }

    SystemStatus run() {
        var now = clock.instant();
        var components = components();
        return new SystemStatus(
                status(components), deployment.version(), now, uptime.until(now).toSeconds(), components);
    }

    /** Without people sandboxes work all the same; without an engine nothing that anybody came for does. */
    private static String status(Map<String, SystemStatus.Component> components) {
        var unwell = components.entrySet().stream()
                .filter(component -> !component.getValue().status().equals(SystemStatus.HEALTHY))
                .map(Map.Entry::getKey)
                .toList();
        if (unwell.isEmpty()) {
            return SystemStatus.HEALTHY;
        }
        return unwell.contains(ENGINE) ? SystemStatus.UNHEALTHY : SystemStatus.DEGRADED;
    }

    /** The state table needs no question: without it nobody would have come so far. */
    private Map<String, SystemStatus.Component> components() {
        var known = last.get();
        var now = System.nanoTime();
        if (known == null) {
            return ask(now);
        }
        // One asks again, and nobody waits for that: meanwhile the others tell what was found before.
        var isOurs =
                now - known.atNanos() > LIFE_NANOS && last.compareAndSet(known, new Asked(known.components(), now));
        return isOurs ? ask(now) : known.components();
    }

    private Map<String, SystemStatus.Component> ask(long now) {
        var found = new LinkedHashMap<String, SystemStatus.Component>();
        found.put("state", new SystemStatus.Component(SystemStatus.HEALTHY, null));
        found.put("people", check(() -> database.read(() -> sql.count("SELECT 1"))));
        found.put(ENGINE, check(engine::offer));
        last.set(new Asked(found, now));
        return found;
    }

    private record Asked(Map<String, SystemStatus.Component> components, long atNanos) {}

    private static SystemStatus.Component check(Runnable question) {
        try {
            question.run();
            return new SystemStatus.Component(SystemStatus.HEALTHY, null);
        } catch (ApiException e) {
            return new SystemStatus.Component(
                    SystemStatus.UNHEALTHY, e.failure().message());
        } catch (RuntimeException e) {
            LOG.warn("A part of the deployment fails", e);
            return new SystemStatus.Component(SystemStatus.UNHEALTHY, "It fails");
        }
    }
}
