package dev.elevo.agent.driver;

import dev.elevo.agent.network.Networks;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * No wall at all: what runs "inside" is a process of the host with the agent's own rights. For developing on machines that offer
 * nothing better, and only where the operator asked for it by name.
 */
final class ProcessDriver implements WithoutCheckpoints {
    private final Path helper;
    private final HostDisk hostDisk;
    private final Trash trash;

    ProcessDriver(Path helper, HostDisk hostDisk, Trash trash) {
        this.helper = helper;
        this.hostDisk = hostDisk;
        this.trash = trash;
    }

    @Override
    public Isolation isolation() {
        return Isolation.PROCESS;
    }

    @Override
    public String runtime() {
        return "no isolation";
    }

    @Override
    public Map<String, Boolean> enforced() {
        return Map.of("cpu", false, "memory", false, "pids", false, "network", false, "disk", false);
    }

    @Override
    public Map<String, Boolean> enforced(Slot slot) {
        return enforced();
    }

    @Override
    public boolean hasRoom() {
        return hostDisk.hasRoom();
    }

    @Override
    public boolean internet() {
        return true;
    }

    @Override
    public List<String> templates() {
        return List.of(Templates.BASE);
    }

    @Override
    public Optional<String> lacks(SandboxSpec spec) {
        return Optional.empty();
    }

    /** A directory would have no end, no owner of its own, and nobody to keep it from anybody. */
    @Override
    public boolean mountsVolumes() {
        return false;
    }

    @Override
    public ProcessId start(Slot slot, SandboxSpec spec) throws IOException {
        Files.createDirectories(home(slot));
        Templates.mode(slot.directory(), "rwx------");
        Files.deleteIfExists(slot.helperSocket());
        // In a session of its own, or Ctrl-C at the agent's terminal would end it.
        var process = new ProcessBuilder(
                        "setsid",
                        helper.toString(),
                        "listen",
                        slot.helperSocket().toString(),
                        "--",
                        helper.toString(),
                        "init",
                        "3")
                .directory(slot.directory().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(slot.log().toFile())
                .start();
        Soon.ready("the helper", process, slot.log(), () -> Files.exists(slot.helperSocket()));
        var id = ProcessId.of(process.pid()).orElseThrow(() -> new IOException("the helper ended at once"));
        id.write(slot.pidFile());
        return id;
    }

    @Override
    public ProcessId startAgain(Slot slot, SandboxSpec spec) throws IOException {
        return start(slot, spec);
    }

    /** To stop every process by a signal is a race against those that fork. */
    @Override
    public boolean pauses() {
        return false;
    }

    @Override
    public void freeze(Slot slot) throws IOException {
        throw new IOException("without control groups nothing freezes");
    }

    @Override
    public void thaw(Slot slot) {
        // Nothing ever freezes.
    }

    /** Nobody counts processes, so nobody is refused one. */
    @Override
    public boolean relieve(Slot slot, ProcessId first) {
        return false;
    }

    /** Its network is the host's own, and no business of whoever looks at a sandbox. */
    @Override
    public Usage usage(Slot slot, ProcessId first) throws IOException {
        return Usage.of(ProcessTree.load(first), Traffic.NONE);
    }

    @Override
    public boolean sameShape(SandboxSpec one, SandboxSpec other) {
        return true;
    }

    @Override
    public void resize(Slot slot, Resources resources) {
        // Nothing is enforced, as enforced() says.
    }

    @Override
    public Optional<Networks.Refusal> refuses(NetworkConfig network) {
        return Networks.Refusal.ofLists(network);
    }

    @Override
    public void connect(Slot slot, NetworkConfig network) {
        // Nothing is enforced, as enforced() says.
    }

    @Override
    public DiskUsage disk(Slot slot, Resources resources) throws IOException {
        return Disks.of(slot.directory());
    }

    @Override
    public long memoryKills(Slot slot) {
        return 0;
    }

    /** There is no root of its own: its home is a directory of ours, and nobody but us is anybody there. */
    @Override
    public SandboxSpec asSeenInside(Slot slot, SandboxSpec spec) {
        return new SandboxSpec(
                spec.id(),
                spec.template(),
                spec.env(),
                home(slot).toString(),
                System.getProperty("user.name"),
                spec.shell(),
                spec.resources(),
                spec.network(),
                spec.requireEnforced(),
                spec.healthCheck(),
                spec.deadline(),
                spec.command(),
                spec.volumes(),
                spec.snapshot());
    }

    private static Path home(Slot slot) {
        return slot.directory().resolve("home");
    }

    @Override
    public void kill(Slot slot) throws IOException {
        var helperProcess = ProcessId.read(slot.pidFile()).filter(ProcessId::alive);
        if (helperProcess.isPresent()) {
            var handle = ProcessHandle.of(helperProcess.get().pid());
            // Orphans become the helper's children, so it goes last.
            Soon.done(() -> {
                var left = handle.stream().flatMap(ProcessHandle::descendants).toList();
                left.forEach(ProcessHandle::destroyForcibly);
                return left.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new IOException("processes of slot " + slot.name() + " do not end: " + left));
            });
            helperProcess.get().kill();
            handle.ifPresent(living -> living.onExit().join());
        }
        Files.deleteIfExists(slot.pidFile());
        Files.deleteIfExists(slot.helperSocket());
    }

    @Override
    public void remove(Slot slot) throws IOException {
        kill(slot);
        trash.throwAway(slot.directory());
    }

    @Override
    public void sweep(List<Slot> kept) {
        // Whatever this driver starts is found by a file in its slot.
    }

    @Override
    public void close() {}
}
