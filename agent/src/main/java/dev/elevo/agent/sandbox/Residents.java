package dev.elevo.agent.sandbox;

import dev.elevo.agent.AgentConfiguration;
import dev.elevo.agent.AgentLock;
import dev.elevo.agent.driver.FileTrees;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Places;
import dev.elevo.agent.driver.Slot;
import dev.elevo.agent.metrics.Measured;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.serde.ObjectMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The records of all sandboxes of this host: a directory each, and all of them in memory. */
@Singleton
final class Residents implements ProcessHosts {
    private static final Logger LOG = LoggerFactory.getLogger(Residents.class);
    private static final String RECORD = "sandbox.json";

    private final Path directory;
    private final Places places;
    private final IsolationDriver driver;
    private final ObjectMapper json;
    private final Locks locks;
    private final Map<String, Resident> known = new ConcurrentHashMap<>();
    private boolean complete = true;

    /** The lock is held from here on: what another agent writes is not ours to read. */
    @SuppressWarnings("unused")
    Residents(
            AgentConfiguration configuration,
            AgentLock lock,
            Places places,
            IsolationDriver driver,
            ObjectMapper json,
            Locks locks)
            throws IOException {
        this.directory = Files.createDirectories(configuration.directory().resolve("sandboxes"));
        this.places = places;
        this.driver = driver;
        this.json = json;
        this.locks = locks;
        load();
    }

    Collection<Resident> all() {
        return List.copyOf(known.values());
    }

    /** Not so where a record could not be read: what nobody claims may then be that sandbox's, and stays. */
    boolean areComplete() {
        return complete;
    }

    Optional<Resident> get(String id) {
        return Optional.ofNullable(known.get(id));
    }

    Resident require(String id) {
        return get(id).orElseThrow(() -> new Failure.Refused(
                        ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", id))
                .asException());
    }

    /** On disk first: what is acknowledged must survive. */
    void save(Resident resident) throws IOException {
        var home = Files.createDirectories(directory.resolve(resident.id()));
        var written = home.resolve(RECORD + ".new");
        Files.write(written, json.writeValueAsBytes(resident));
        Files.move(written, home.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        known.put(resident.id(), resident);
    }

    void remove(String id) throws IOException {
        var home = directory.resolve(id);
        // The record goes first: half a directory without one is debris, and taken for it at the next start.
        Files.deleteIfExists(home.resolve(RECORD));
        known.remove(id);
        FileTrees.deleteOurs(home);
    }

    Slot slotOf(Resident resident) {
        return places.named(resident.slot());
    }

    @Override
    public Optional<ProcessHost> find(String sandboxId) {
        return get(sandboxId)
                .map(resident -> new ProcessHost(
                        driver.asSeenInside(slotOf(resident), resident.spec()),
                        resident.isRunning(),
                        slotOf(resident).helperSocket(),
                        directory.resolve(sandboxId).resolve("processes"),
                        () -> driver.memoryKills(slotOf(resident)),
                        () -> relieve(sandboxId)));
    }

    private boolean relieve(String id) throws IOException {
        return locks.holding(id, () -> {
            var resident = known.get(id);
            var first = resident == null ? null : resident.process();
            return resident != null && resident.isRunning() && first != null && driver.relieve(slotOf(resident), first);
        });
    }

    /** For whoever measures it; empty when it has no processes. */
    Optional<Measured> measured(String id) {
        return get(id).filter(Resident::hasProcesses)
                .flatMap(resident -> Optional.ofNullable(resident.process())
                        .map(first -> new Measured(
                                id,
                                slotOf(resident),
                                first,
                                resident.spec().resources(),
                                resident.startedAt(),
                                resident.isPaused())));
    }

    private void load() throws IOException {
        try (var homes = Files.list(directory)) {
            for (var home : homes.toList()) {
                var record = home.resolve(RECORD);
                if (Files.exists(record)) {
                    read(record);
                } else {
                    FileTrees.deleteOurs(home);
                }
            }
        }
    }

    /** One record that cannot be read must not take the agent from all the others. */
    private void read(Path record) {
        try {
            var resident = json.readValue(Files.readAllBytes(record), Resident.class);
            if (resident != null) {
                known.put(resident.id(), resident);
                return;
            }
            LOG.error("no record in {}", record);
        } catch (IOException | RuntimeException e) {
            LOG.error("the record {} cannot be read", record, e);
        }
        complete = false;
    }
}
