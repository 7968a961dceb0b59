package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.identity.Standings;
import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DynamoDevices;
import dev.elevo.platform.push.Push;
import dev.elevo.platform.push.PushOutbox;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people on their devices what became of their sandboxes: each of it once, whoever calls this, and however often. Nothing that
 * was changed depends on it, so nothing that goes wrong here goes on to the caller.
 */
@Singleton
public class Pusher {
    private static final Logger LOG = LoggerFactory.getLogger(Pusher.class);

    /** After which nothing is begun: the last one has to end within the time of a function. */
    private static final Duration LONGEST_RUN = Duration.ofSeconds(15);

    private final PushOutbox outbox;
    private final DynamoDevices devices;
    private final Standings standings;
    private final PushSink sink;
    private final InstantSource clock;

    Pusher(PushOutbox outbox, DynamoDevices devices, Standings standings, PushSink sink, InstantSource clock) {
        this.outbox = outbox;
        this.devices = devices;
        this.standings = standings;
        this.sink = sink;
        this.clock = clock;
    }

    /** What there is no time for waits for the next run. */
    public void tell(Collection<PushOutbox.Key> keys) {
        var end = System.nanoTime() + LONGEST_RUN.toNanos();
        for (var key : keys) {
            if (System.nanoTime() > end) {
                return;
            }
            try {
                outbox.claim(key).ifPresent(push -> tell(push, end));
            } catch (RuntimeException e) {
                LOG.error("whether {} was told is not known", key, e);
            }
        }
    }

    void tellWaiting() {
        tell(outbox.waiting());
    }

    private void tell(Push push, long end) {
        var told = new HashSet<>(push.told());
        var owned = devicesOf(push);
        for (var device : owned) {
            if (System.nanoTime() < end && tell(push, device)) {
                told.add(device.id());
            }
        }
        if (told.containsAll(owned.stream().map(Device::id).toList())) {
            outbox.done(push);
        } else {
            outbox.release(push, told);
        }
    }

    /** Who may not do anything any more is told nothing. */
    private Set<Device> devicesOf(Push push) {
        var wanted = new HashSet<Device>();
        if (standings.of(push.organizationId()).admits(push.userId())) {
            devices.of(push.organizationId(), push.userId()).stream()
                    .filter(device -> sink.reaches(device.platform()))
                    .filter(device -> !push.told().contains(device.id()))
                    .forEach(wanted::add);
        }
        return wanted;
    }

    /** False when it must be tried again. */
    private boolean tell(Push push, Device device) {
        switch (sink.send(push, device)) {
            case SENT -> devices.noteTold(device.id(), clock.instant());
            case DEAD -> devices.reportDead(device.id(), clock.instant());
            case IN_DOUBT -> LOG.warn("whether {} was told of {} is not known", device.id(), push.sandboxId());
            case NOT_NOW -> {
                return false;
            }
        }
        return true;
    }
}
