package dev.elevo.agent.driver;

import dev.elevo.agent.network.Networks;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One container per sandbox, made by an OCI runtime: user namespace, control groups where we have {@link Rights} over them,
 * seccomp, and an overlay over the host's own system. All mounts are made in a namespace that only the sandbox holds, so nothing has to be unmounted, whoever is
 * killed and when.
 */
final class LinuxDriver implements IsolationDriver {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxDriver.class);
    private static final Duration START_TIME = Duration.ofSeconds(30);
    private static final Duration VOLUME_PATIENCE = Duration.ofSeconds(20);
    private static final Duration VOLUME_PAUSE = Duration.ofMillis(200);
    private static final int MOST_STARTS = 2 * Runtime.getRuntime().availableProcessors();
    /** What the helper ends with where somebody has what it should mount. */
    private static final int TRY_AGAIN = 75;

    private final OciRuntime runtime;
    private final Path helper;
    private final Foundations foundations;
    private final Groups groups;
    private final Rights rights;
    private final Networks networks;
    private final Disks disks;
    private final VolumeImages volumes;
    private final HostDisk hostDisk;
    private final Trash trash;
    private final Bundle bundle = new Bundle();
    private volatile boolean pauses;
    /** More starts at once only make each of them slower. */
    private final Semaphore starts = new Semaphore(MOST_STARTS, true);
    /** A volume may have to be checked first, for which nobody else shall wait. */
    private final Semaphore startsWithVolumes = new Semaphore(MOST_STARTS, true);

    LinuxDriver(
            Rights rights,
            OciRuntime runtime,
            Path helper,
            Foundations foundations,
            Groups groups,
            Networks networks,
            Disks disks,
            VolumeImages volumes,
            HostDisk hostDisk,
            Trash trash) {
        this.rights = rights;
        this.runtime = runtime;
        this.helper = helper;
        this.foundations = foundations;
        this.groups = groups;
        this.networks = networks;
        this.disks = disks;
        this.volumes = volumes;
        this.hostDisk = hostDisk;
        this.trash = trash;
    }

    @Override
    public Isolation isolation() {
        return Isolation.CONTAINER;
    }

    @Override
    public String runtime() {
        return runtime.program() + ", " + rights.words();
    }

    @Override
    public Map<String, Boolean> enforced() {
        return enforced(disks.areLimited());
    }

    @Override
    public Map<String, Boolean> enforced(Slot slot) {
        return enforced(disks.isLimited(slot));
    }

    private Map<String, Boolean> enforced(boolean disk) {
        var enforced = new HashMap<>(Map.of("network", true, "disk", disk));
        for (var limit : List.of("cpu", "memory", "pids")) {
            enforced.put(limit, groups.enforced().contains(limit));
        }
        return Map.copyOf(enforced);
    }

    @Override
    public boolean internet() {
        return networks.connects(NetworkConfig.DEFAULT);
    }

    @Override
    public List<String> templates() {
        return foundations.names();
    }

    @Override
    public Optional<String> lacks(SandboxSpec spec) {
        return Optional.empty();
    }

    /** What a disk of one's own needs, and a user who may shift ids. */
    @Override
    public boolean mountsVolumes() {
        return rights == Rights.ROOT && disks.areLimited();
    }

    @Override
    public boolean hasRoom() {
        return hostDisk.hasRoom();
    }

    @Override
    public ProcessId start(Slot slot, SandboxSpec spec) throws IOException {
        return start(slot, spec, null);
    }

    @Override
    public ProcessId start(Slot slot, SandboxSpec spec, @Nullable Origin from) throws IOException {
        Files.createDirectories(slot.directory());
        Templates.mode(slot.directory(), "rwx------");
        return launch(slot, spec, from);
    }

    @Override
    public ProcessId startAgain(Slot slot, SandboxSpec spec) throws IOException {
        // Whose life that file tells of is over; a runtime that wrote nothing must not seem to have.
        Files.deleteIfExists(slot.pidFile());
        disks.require(slot);
        return launch(slot, spec, null);
    }

    private ProcessId launch(Slot slot, SandboxSpec spec, @Nullable Origin from) throws IOException {
        var owner = rights.ids(slot).first();
        names(slot, spec.network());
        var lease = lease(slot, spec.network());
        bundle.write(slot, rights.ids(slot), groups.path(slot), spec.resources(), lease.map(Networks.Lease::path));
        var checkpoint = from == null ? null : fitting(from.get(), spec.resources());
        if (checkpoint != null) {
            foundations.found(slot, checkpoint.foundation());
        }
        var foundation = foundations.prepare(slot, spec, owner);
        var layers = disks.options(slot, spec.resources(), owner, checkpoint);
        run(command(slot, spec, lease, foundation, layers), slot, !spec.mounts().isEmpty());
        var first = ProcessId.read(slot.pidFile())
                .orElseThrow(() -> new IOException("the helper ended at once: " + said(slot)));
        first.write(slot.pidFile());
        return first;
    }

    private static Checkpoint fitting(Checkpoint from, Resources resources) throws IOException {
        if (!from.fitsInto(resources)) {
            throw new IOException("the disk is smaller than the " + from.gigabytes() + " GB it should begin with");
        }
        return from;
    }

    /** Who waits for a volume has no place meanwhile: others have one that they wait for in vain. */
    private void run(List<String> words, Slot slot, boolean mountsVolumes) throws IOException {
        var turns = mountsVolumes ? startsWithVolumes : starts;
        for (var begun = System.nanoTime(); ; LockSupport.parkNanos(VOLUME_PAUSE.toNanos())) {
            turns.acquireUninterruptibly();
            try {
                Command.run(words, slot.directory(), slot.log(), START_TIME);
                return;
            } catch (Command.FailedException e) {
                if (e.code() != TRY_AGAIN || !mountsVolumes) {
                    throw e;
                }
                if (System.nanoTime() - begun > VOLUME_PATIENCE.toNanos()) {
                    throw new BusyVolumeException(e);
                }
            } catch (Command.SlowException e) {
                // The check of its file system goes on without it.
                throw mountsVolumes ? new BusyVolumeException(e) : e;
            } finally {
                turns.release();
            }
        }
    }

    /** A network that no note names would be nobody's. */
    private Optional<Networks.Lease> lease(Slot slot, NetworkConfig policy) throws IOException {
        var lease = networks.lease(policy);
        try {
            if (lease.isPresent()) {
                Files.writeString(leaseFile(slot), lease.get().name());
            }
            return lease;
        } catch (IOException e) {
            networks.release(lease.orElseThrow().name());
            throw e;
        }
    }

    private static String said(Slot slot) {
        try {
            return Command.said(slot.log());
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    private List<String> command(
            Slot slot,
            SandboxSpec spec,
            Optional<Networks.Lease> network,
            Foundations.Foundation foundation,
            List<String> layers) {
        var words = new ArrayList<>(
                List.of(helper.toString(), "listen", slot.helperSocket().toString(), "--die-with-parent"));
        for (var hidden : runtime.hidden()) {
            words.addAll(List.of("--hide", hidden));
        }
        network.map(Networks.Lease::options).ifPresent(words::addAll);
        words.addAll(rights.mountOptions(slot));
        words.addAll(foundation.options());
        words.addAll(layers);
        words.addAll(overlay(slot, foundation.layers(), "", slot.root()));
        if (foundation.hasHostsUsr()) {
            words.addAll(overlay(slot, "usr", "-usr", slot.root().resolve("usr")));
        }
        words.addAll(volumes.options(spec, slot.root()));
        words.add("--");
        words.addAll(runtime.run(slot));
        return words;
    }

    /** The paths are relative to the slot: what shows inside tells nothing of the host. */
    private List<String> overlay(Slot slot, String lower, String suffix, Path on) {
        var layers = slot.directory().relativize(disks.layers(slot));
        return List.of(
                "--overlay",
                lower,
                layers.resolve("upper" + suffix).toString(),
                layers.resolve("work" + suffix).toString(),
                on.toString());
    }

    private void names(Slot slot, NetworkConfig network) throws IOException {
        Names.write(slot, network, networks.resolvers(), rights.ids(slot).first());
    }

    /** Finds out whether this host freezes what runs in the slot. */
    void tryFreezer(Slot slot) {
        try {
            groups.freeze(slot);
            groups.thaw(slot);
            pauses = true;
        } catch (IOException e) {
            LOG.info("sandboxes cannot be paused: {}", e.getMessage());
        }
    }

    @Override
    public boolean pauses() {
        return pauses;
    }

    @Override
    public void freeze(Slot slot) throws IOException {
        groups.freeze(slot);
    }

    @Override
    public void thaw(Slot slot) throws IOException {
        groups.thaw(slot);
    }

    @Override
    public boolean relieve(Slot slot, ProcessId first) throws IOException {
        return pauses && groups.relieve(slot, first);
    }

    @Override
    public Usage usage(Slot slot, ProcessId first) throws IOException {
        return Usage.of(groups.load(slot, first), Traffic.of(first));
    }

    @Override
    public boolean sameShape(SandboxSpec one, SandboxSpec other) {
        return one.template().equals(other.template())
                && Disks.gigabytes(one.resources()) == Disks.gigabytes(other.resources());
    }

    @Override
    public SandboxSpec asSeenInside(Slot slot, SandboxSpec spec) {
        try {
            return foundations.asSeenInside(slot, spec);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void resize(Slot slot, Resources resources) throws IOException {
        groups.limit(slot, resources);
    }

    @Override
    public DiskUsage disk(Slot slot, Resources resources) throws IOException {
        return disks.usage(slot);
    }

    /** For tests: where the slot's disk is, while this agent runs. */
    Path image(Slot slot) throws IOException {
        return switch (disks) {
            case LoopDisks loop -> loop.image(slot);
            case PlainDisks plain -> plain.layers(slot);
        };
    }

    @Override
    public boolean hasCheckpoints() {
        return disks.haveCheckpoints();
    }

    @Override
    public Checkpoint checkpoint(Slot slot) throws IOException {
        var isPaused = pauses && groups.isFrozen(slot);
        try {
            var writers = pauses ? groups.freezer(slot) : Optional.<Path>empty();
            return disks.checkpoint(slot, writers).on(foundations.under(slot));
        } catch (IOException e) {
            if (pauses && !isPaused) {
                thawAfter(slot, e);
            }
            throw e;
        }
    }

    /** Whoever was killed while it froze them left them so. */
    private void thawAfter(Slot slot, IOException cause) {
        try {
            groups.thaw(slot);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public Checkpoint blank(int gigabytes) throws IOException {
        return disks.blank(gigabytes);
    }

    @Override
    public Mounted open(Checkpoint checkpoint, Mounted.Access access) throws IOException {
        return disks.open(checkpoint, access);
    }

    @Override
    public void remove(Checkpoint checkpoint) throws IOException {
        disks.remove(checkpoint);
    }

    @Override
    public Optional<Networks.Refusal> refuses(NetworkConfig network) {
        return networks.refuses(network);
    }

    @Override
    public void connect(Slot slot, NetworkConfig network) throws IOException {
        var lease = lease(slot);
        if (lease.isPresent()) {
            networks.connect(lease.get(), network);
        }
        names(slot, network);
    }

    @Override
    public long memoryKills(Slot slot) throws IOException {
        return groups.memoryKills(slot);
    }

    @Override
    public void kill(Slot slot) throws IOException {
        groups.kill(slot);
        groups.remove(slot);
        releaseNetwork(slot);
        Files.deleteIfExists(slot.helperSocket());
        // All that the runtime remembers are files, and a process to ask it would cost a hundred times what this does.
        FileTrees.deleteOurs(slot.runtimeState().resolve(slot.name()));
    }

    private void releaseNetwork(Slot slot) throws IOException {
        lease(slot).ifPresent(networks::release);
        Files.deleteIfExists(leaseFile(slot));
    }

    /** Empty also for a note that a crash left empty. */
    private static Optional<String> lease(Slot slot) throws IOException {
        return Files.exists(leaseFile(slot))
                ? Optional.of(Files.readString(leaseFile(slot))).filter(name -> !name.isEmpty())
                : Optional.empty();
    }

    @Override
    public void remove(Slot slot) throws IOException {
        kill(slot);
        // Before the directory, with which the name is free: nobody else may get what is on it.
        disks.remove(slot);
        trash.throwAway(slot.directory());
    }

    @Override
    public void sweep(List<Slot> kept) throws IOException {
        var names = kept.stream().map(Slot::name).collect(Collectors.toSet());
        for (var name : groups.names()) {
            if (!names.contains(name)) {
                removeOrphan(new Slot(name, Path.of("/nonexistent"), Path.of("/nonexistent")));
            }
        }
        var leases = new ArrayList<String>();
        for (var slot : kept) {
            lease(slot).ifPresent(leases::add);
        }
        networks.sweep(leases);
        disks.sweep(kept);
        foundations.open(kept);
    }

    private void removeOrphan(Slot orphan) {
        try {
            groups.kill(orphan);
            groups.remove(orphan);
        } catch (IOException e) {
            LOG.error("what is left of slot {} stays until the next start", orphan.name(), e);
        }
    }

    private static Path leaseFile(Slot slot) {
        return slot.directory().resolve("network");
    }

    @Override
    public void close() throws IOException {
        runtime.close();
        foundations.close();
        networks.close();
        disks.close();
        if (groups.names().isEmpty()) {
            groups.removeParent();
        }
    }
}
