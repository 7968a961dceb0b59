package dev.elevo.agent.sandbox;

import dev.elevo.contract.agent.Deadline;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While the machine stands still no time passes for those who live in it. Its clocks jump when it goes on, and every deadline would be
 * over; so between the two the agent looks at none, and afterwards moves them by as long as it took.
 */
@Singleton
public final class Suspension {
    private static final Logger LOG = LoggerFactory.getLogger(Suspension.class);

    /** Of the caretaker, in the machine's own time: then nobody has suspended it after all. */
    private static final int MOST_ROUNDS = 60;

    private final Residents residents;
    private final Lives lives;
    private final Locks locks;
    private @Nullable Instant since;
    private int rounds;

    Suspension(Residents residents, Lives lives, Locks locks) {
        this.residents = residents;
        this.lives = lives;
        this.locks = locks;
    }

    /** It will stand still in a moment. */
    public synchronized void begin(Instant now) {
        if (since == null) {
            since = now;
            rounds = 0;
            each(lives::standStill);
        }
    }

    /** It goes on. */
    public synchronized void end(Instant now) {
        if (since != null) {
            var stood = Duration.between(since, now);
            since = null;
            LOG.info("the machine stood still for {}", stood);
            each(resident -> goOn(resident, stood));
        }
    }

    private void goOn(Resident resident, Duration stood) {
        var deadline = resident.spec().deadline();
        try {
            var later = deadline == null ? resident : resident.until(new Deadline(deadline.plus(stood)));
            residents.save(later);
            lives.goOn(later);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To be asked at each round; tells whether it stands still, or is about to. */
    synchronized boolean isOn(Instant now) {
        if (since != null && ++rounds > MOST_ROUNDS) {
            LOG.warn("the machine was said to stand still, and goes on");
            end(now);
        }
        return since != null;
    }

    private interface Change {
        void make(Resident resident);
    }

    /** What is wrong with one must not be the others' harm. */
    private void each(Change change) {
        for (var resident : residents.all()) {
            try {
                locks.holding(resident.id(), () -> {
                    residents.get(resident.id()).filter(Resident::isRunning).ifPresent(change::make);
                    return resident;
                });
            } catch (RuntimeException e) {
                LOG.error("sandbox {} has a clock that is wrong", resident.id(), e);
            }
        }
    }
}
