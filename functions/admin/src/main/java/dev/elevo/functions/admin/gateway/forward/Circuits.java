package dev.elevo.functions.admin.gateway.forward;

import dev.elevo.contract.LogWords;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One circuit per service. Each instance of ours learns by itself: to ask a store on every request would cost more than it saves. */
@Singleton
final class Circuits {
    private static final Logger LOG = LoggerFactory.getLogger(Circuits.class);
    private static final int MOST = 10_000;

    private final int threshold;
    private final Duration open;
    private final Map<String, Circuit> circuits = new ConcurrentHashMap<>();

    Circuits(
            @Value("${elevo.gateway.circuit.failures:5}") int threshold,
            @Value("${elevo.gateway.circuit.open.ms:30000}") long openMillis) {
        this.threshold = threshold;
        this.open = Duration.ofMillis(openMillis);
    }

    Circuit of(String service) {
        if (circuits.size() > MOST) {
            circuits.clear(); // services come and go; what is forgotten is learnt again
        }
        return circuits.computeIfAbsent(
                service,
                name -> new Circuit(
                        threshold, open, System::nanoTime, () -> LOG.warn("{}: {}", LogWords.CIRCUIT_OPEN, name)));
    }
}
