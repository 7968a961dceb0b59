package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import dev.elevo.agent.driver.Slot;
import dev.elevo.contract.sandbox.EndReason;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What ran before this agent: what lives goes on, what died is noted, what was half made is taken away. */
@Singleton
final class Homecoming {
    private static final Logger LOG = LoggerFactory.getLogger(Homecoming.class);

    private final Residents residents;
    private final Places places;
    private final IsolationDriver driver;
    private final Lives lives;

    Homecoming(Residents residents, Places places, IsolationDriver driver, Lives lives) {
        this.residents = residents;
        this.places = places;
        this.driver = driver;
        this.lives = lives;
    }

    void recover() throws IOException {
        for (var resident : residents.all()) {
            try {
                recover(resident);
            } catch (IOException | RuntimeException e) {
                // Its record stays, and the next look or the next create tries again; the others need their agent now.
                LOG.error("sandbox {} was not recovered", resident.id(), e);
            }
        }
        var kept = residents.areComplete()
                ? residents.all().stream().map(residents::slotOf).toList()
                : places.existing();
        for (var slot : places.existing()) {
            if (!kept.contains(slot)) {
                clear(slot);
            }
        }
        driver.sweep(kept);
        residents.all().stream().filter(Resident::isRunning).forEach(lives::goOn);
    }

    private void recover(Resident resident) throws IOException {
        switch (resident.phase()) {
            case STARTING -> lives.remove(resident);
            case STARTING_AGAIN ->
                lives.end(resident, EndReason.FAILED, "the host's agent ended while it was started again");
            case RUNNING -> {
                if (lives.settle(resident, Instant.now()).isRunning()) {
                    // Its limits may have been lifted for a moment, which was the last agent's last.
                    driver.resize(residents.slotOf(resident), resident.spec().resources());
                }
            }
            case PAUSED -> {
                if (lives.settle(resident, Instant.now()).isPaused()) {
                    driver.freeze(residents.slotOf(resident));
                }
            }
            case ENDED -> {}
        }
    }

    private void clear(Slot debris) {
        try {
            driver.remove(debris);
        } catch (IOException | RuntimeException e) {
            LOG.error("slot {} stays until the next start", debris.name(), e);
        }
    }
}
