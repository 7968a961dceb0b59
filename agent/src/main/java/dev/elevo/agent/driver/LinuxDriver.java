package dev.elevo.agent.driver;

import dev.elevo.agent.network.Networks;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
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
    private static final String WORLD = "/usr";

    private final OciRuntime runtime;
    private final Path helper;
    private final Path template;
    private final Groups groups;
    private final Rights rights;
    private final Networks networks;
    private final Trash trash;
    private final Bundle bundle = new Bundle();
    private volatile boolean pauses;
    /** More starts at once only make each of them slower. */
    private final Semaphore starts = new Semaphore(2 * Runtime.getRuntime().availableProcessors(), true);

    LinuxDriver(
            Rights rights,
            OciRuntime runtime,
            Path helper,
            Path template,
            Groups groups,
            Networks networks,
            Trash trash) {
        this.rights = rights;
        this.runtime = runtime;
        this.helper = helper;
        this.template = template;
        this.groups = groups;
        this.networks = networks;
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
        var enforced = new HashMap<>(Map.of("network", true, "disk", false));
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
        return List.of(Templates.BASE);
    }

    @Override
    public ProcessId start(Slot slot, SandboxSpec spec) throws IOException {
        layout(slot, spec);
        return launch(slot, spec);
    }

    @Override
    public ProcessId startAgain(Slot slot, SandboxSpec spec) throws IOException {
        // Whose life that file tells of is over; a runtime that wrote nothing must not seem to have.
        Files.deleteIfExists(slot.pidFile());
        return launch(slot, spec);
    }

    private ProcessId launch(Slot slot, SandboxSpec spec) throws IOException {
        var lease = lease(slot, spec.network());
        bundle.write(slot, rights.ids(slot), groups.path(slot), spec.resources(), lease.map(Networks.Lease::path));
        starts.acquireUninterruptibly();
        try {
            Command.run(command(slot, lease), slot.directory(), slot.log(), START_TIME);
        } finally {
            starts.release();
        }
        var first = ProcessId.read(slot.pidFile())
                .orElseThrow(() -> new IOException("the helper ended at once: " + said(slot)));
        first.write(slot.pidFile());
        return first;
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

    private List<String> command(Slot slot, Optional<Networks.Lease> network) throws IOException {
        var words = new ArrayList<>(
                List.of(helper.toString(), "listen", slot.helperSocket().toString(), "--die-with-parent"));
        for (var hidden : runtime.hidden()) {
            words.addAll(List.of("--hide", hidden));
        }
        network.ifPresent(
                lease -> words.addAll(List.of("--low-ports", lease.path().toString())));
        words.addAll(rights.mountOptions(slot));
        words.addAll(List.of("--clone", templateOf(slot).toString(), "lower", "--clone", WORLD, "usr"));
        words.addAll(List.of("--overlay", "lower", "upper", "work", slot.root().toString()));
        words.addAll(List.of(
                "--overlay",
                "usr",
                "upper-usr",
                "work-usr",
                slot.root().resolve("usr").toString(),
                "--"));
        words.addAll(runtime.run(slot));
        return words;
    }

    private void layout(Slot slot, SandboxSpec spec) throws IOException {
        Files.createDirectories(slot.directory());
        Templates.mode(slot.directory(), "rwx------");
        for (var name : List.of("lower", "usr")) {
            Files.createDirectories(slot.directory().resolve(name));
        }
        for (var name : List.of("upper", "work", "upper-usr", "work-usr")) {
            var made = Files.createDirectories(slot.directory().resolve(name));
            Templates.mode(made, "rwxr-xr-x");
            Templates.own(made, rights.ids(slot).first());
        }
        names(slot, spec.network());
        Files.writeString(templateFile(slot), template.getFileName().toString());
    }

    private void names(Slot slot, NetworkConfig network) throws IOException {
        var servers = network.dnsServers();
        var hosts = network.extraHosts();
        if ((servers == null || servers.isEmpty()) && (hosts == null || hosts.isEmpty())) {
            return;
        }
        var etc = Files.createDirectories(slot.directory().resolve("upper/etc"));
        Templates.mode(etc, "rwxr-xr-x");
        Templates.own(etc, rights.ids(slot).first());
        if (servers != null && !servers.isEmpty()) {
            lines(
                    slot,
                    "resolv.conf",
                    servers.stream().map(server -> "nameserver " + server).collect(Collectors.joining("\n")));
        }
        if (hosts != null && !hosts.isEmpty()) {
            var extra = hosts.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey());
            lines(slot, "hosts", "127.0.0.1 localhost sandbox\n" + extra.collect(Collectors.joining("\n")));
        }
    }

    private void lines(Slot slot, String name, String words) throws IOException {
        var etc = slot.directory().resolve("upper/etc");
        Templates.text(etc, name, words + "\n");
        Templates.own(etc.resolve(name), rights.ids(slot).first());
    }

    /** What a slot was made on stays below it: its own layer is said in terms of that one. */
    private Path templateOf(Slot slot) throws IOException {
        return template.resolveSibling(Files.readString(templateFile(slot)));
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
    public boolean reconnects() {
        return networks.changes();
    }

    @Override
    public void connect(Slot slot, NetworkConfig network) throws IOException {
        var lease = lease(slot);
        if (lease.isPresent()) {
            networks.change(lease.get(), network);
        } else if (networks.connects(network)) {
            throw new IOException("slot " + slot.name() + " was started without a network");
        }
    }

    @Override
    public Usage usage(Slot slot, ProcessId first) throws IOException {
        return Usage.of(groups.load(slot, first), Traffic.of(first));
    }

    /** A slot has no file system of its own, and to walk through its files would cost more than it tells. */
    @Override
    public DiskUsage disk(Slot slot, Resources resources) {
        return DiskUsage.uncounted(resources);
    }

    @Override
    public boolean sameShape(SandboxSpec one, SandboxSpec other) {
        return one.template().equals(other.template())
                && networks.connects(one.network()) == networks.connects(other.network())
                && Objects.equals(one.network().dnsServers(), other.network().dnsServers())
                && Objects.equals(one.network().extraHosts(), other.network().extraHosts());
    }

    @Override
    public SandboxSpec asSeenInside(Slot slot, SandboxSpec spec) {
        return spec;
    }

    @Override
    public void resize(Slot slot, Resources resources) throws IOException {
        groups.limit(slot, resources);
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
        sweepTemplates(kept);
    }

    private void removeOrphan(Slot orphan) {
        try {
            groups.kill(orphan);
            groups.remove(orphan);
        } catch (IOException e) {
            LOG.error("what is left of slot {} stays until the next start", orphan.name(), e);
        }
    }

    /** A template goes with the last sandbox that stands on it. */
    private void sweepTemplates(List<Slot> kept) throws IOException {
        var used = new HashSet<>(Set.of(template.getFileName().toString()));
        for (var slot : kept) {
            if (Files.exists(templateFile(slot))) {
                used.add(Files.readString(templateFile(slot)));
            }
        }
        try (var templates = Files.list(template.resolveSibling("."))) {
            for (var other : templates.toList()) {
                if (!used.contains(other.getFileName().toString())) {
                    FileTrees.delete(other);
                }
            }
        }
    }

    private static Path templateFile(Slot slot) {
        return slot.directory().resolve("template");
    }

    private static Path leaseFile(Slot slot) {
        return slot.directory().resolve("network");
    }

    @Override
    public void close() throws IOException {
        networks.close();
        if (groups.names().isEmpty()) {
            groups.removeParent();
        }
    }
}
