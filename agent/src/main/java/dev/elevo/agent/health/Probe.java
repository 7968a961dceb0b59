package dev.elevo.agent.health;

import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.HealthCheckConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One way to look at what runs in a sandbox, from inside it. */
interface Probe {
    /** For the helper, which is told by its own loopback whether anybody listens. */
    Duration CONNECT_TIME = Duration.ofSeconds(10);

    /**
     * Looks once, for as long as it takes or until the thread is interrupted.
     *
     * @throws IOException that is no good sign either
     */
    boolean passes() throws IOException;

    /** Ends a look that is under way in that thread. */
    default void cutShort(Thread looking) {
        looking.interrupt();
    }

    /** How long after its time it may still tell by itself that the time was up. */
    default Duration slack() {
        return Duration.ZERO;
    }

    /**
     * The one that the configuration asks for; refused when that is not whole.
     *
     * @param spec as it is seen inside
     */
    static Probe of(HealthCheckConfig config, SandboxSpec spec, Path helperSocket, Duration timeout) {
        return switch (config.type()) {
            case "http" -> new HttpProbe(helperSocket, given("port", config.port()), given("path", config.path()));
            case "tcp" -> new TcpProbe(helperSocket, given("port", config.port()));
            case "exec" -> new ExecProbe(helperSocket, spec, given("command", config.command()), timeout);
            default ->
                throw Failure.Invalid.field("healthCheck.type", "must be http, tcp or exec", config.type())
                        .asException();
        };
    }

    private static <T> T given(String field, @Nullable T value) {
        if (value == null) {
            throw Failure.Invalid.field("healthCheck." + field, "is needed for a check of this type", null)
                    .asException();
        }
        return value;
    }
}
