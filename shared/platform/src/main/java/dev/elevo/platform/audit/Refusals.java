package dev.elevo.platform.audit;

import dev.elevo.contract.ApiException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Records who was refused elsewhere than by a request of the API. There no limit counts every one of them, so of those that are alike
 * one a minute is recorded: nobody fills the trail by asking again and again.
 */
@Singleton
public final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
    private static final Duration ALIKE = Duration.ofMinutes(1);
    private static final int MOST_REMEMBERED = 10_000;

    private final AuditTrail trail;
    private final InstantSource clock;
    private final Map<String, Instant> recorded = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    Refusals(AuditTrail trail, InstantSource clock) {
        this.trail = trail;
        this.clock = clock;
    }

    /**
     * Unless one like it was recorded a moment ago.
     *
     * @param likeness the same for those of which one a minute is enough
     */
    public void record(String likeness, AuditEvent event) {
        if (isFirst(likeness)) {
            try {
                trail.record(event);
            } catch (SdkException | ApiException e) {
                // He is refused all the same.
                LOG.error("audit record not stored: {}", event, e);
            }
        }
    }

    private synchronized boolean isFirst(String likeness) {
        var now = clock.instant();
        var last = recorded.get(likeness);
        if (last != null && now.isBefore(last.plus(ALIKE))) {
            return false;
        }
        recorded.put(likeness, now);
        return true;
    }
}
