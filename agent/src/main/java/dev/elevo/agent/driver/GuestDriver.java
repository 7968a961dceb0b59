package dev.elevo.agent.driver;

import dev.elevo.agent.network.Networks;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sandbox is this machine, and the machine is the wall: its kernel, its memory, its disk are of nobody else. Inside, one user runs
 * what the sandbox runs, without rights and without a way to any; what is the agent's belongs to root.
 */
final class GuestDriver implements WithoutCheckpoints {
    /** The user of every sandbox here. */
    private static final String USER = "user";

    private static final int MOST_PROCESSES = Cgroups.PIDS;
    private static final Duration TIME = Duration.ofSeconds(10);

    private final Path helper;
    private final String template;
    private final GuestMachine machine;
    private final Places places;
    private final Workspace workspace;
    private final HostDisk disk;
    private final Trash trash;

    GuestDriver(
            Path helper,
            String template,
            GuestMachine machine,
            Places places,
            Workspace workspace,
            HostDisk disk,
            Trash trash) {
        this.helper = helper;
        this.template = template;
        this.machine = machine;
        this.places = places;
        this.workspace = workspace;
        this.disk = disk;
        this.trash = trash;
    }

    @Override
    public Isolation isolation() {
        return Isolation.MICROVM;
    }

    @Override
    public String runtime() {
        return machine.words();
    }

    /** By the machine's size and what connects it, which are the platform's; and by the kernel for the user's processes. */
    @Override
    public Map<String, Boolean> enforced() {
        return Map.of("cpu", true, "memory", true, "pids", true, "network", true, "disk", true);
    }

    @Override
    public Map<String, Boolean> enforced(Slot slot) {
        return enforced();
    }

    @Override
    public boolean internet() {
        return true;
    }

    @Override
    public List<String> templates() {
        return List.of(template);
    }

    @Override
    public Optional<String> lacks(SandboxSpec spec) {
        if (!spec.user().equals(USER)) {
            return Optional.of("user." + spec.user());
        }
        return workspace.mayHold(Path.of(spec.workDir())) ? Optional.empty() : Optional.of("workDir");
    }

    /** The platform gives its machines no disk but their own. */
    @Override
    public boolean mountsVolumes() {
        return false;
    }

    @Override
    public boolean hasRoom() {
        return disk.hasRoom();
    }

    @Override
    public ProcessId start(Slot slot, SandboxSpec spec) throws IOException {
        Files.createDirectories(slot.directory());
        Templates.mode(slot.directory(), "rwx------");
        return launch(slot, spec);
    }

    @Override
    public ProcessId startAgain(Slot slot, SandboxSpec spec) throws IOException {
        return launch(slot, spec);
    }

    private ProcessId launch(Slot slot, SandboxSpec spec) throws IOException {
        requireNobodyElse(slot);
        workspace.makePlace(Path.of(spec.workDir()));
        Files.deleteIfExists(slot.helperSocket());
        var builder = new ProcessBuilder(command(slot))
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(slot.log().toFile());
        // What the agent was told is no business of the user.
        builder.environment()
                .keySet()
                .retainAll(Map.of("PATH", "", "LANG", "", "TZ", "").keySet());
        var process = builder.start();
        Soon.ready("the helper", process, slot.log(), () -> Files.exists(slot.helperSocket()));
        var id = ProcessId.of(process.pid()).orElseThrow(() -> new IOException("the helper ended at once"));
        id.write(slot.pidFile());
        return id;
    }

    /** Also one that is stopped: its files are the machine's. */
    private void requireNobodyElse(Slot slot) throws IOException {
        if (places.existing().stream().anyMatch(other -> !other.equals(slot))) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "This machine is another sandbox already",
                            Map.of("resource", "sandboxes"))
                    .asException();
        }
    }

    private List<String> command(Slot slot) {
        var words = new ArrayList<>(
                List.of(helper.toString(), "listen", slot.helperSocket().toString()));
        if (machine.separatesProcesses()) {
            words.add("--own-processes");
        }
        words.addAll(List.of("--confine", Integer.toString(MOST_PROCESSES), "--"));
        words.addAll(List.of(helper.toString(), "init", "3", Integer.toString(Templates.USER)));
        return words;
    }

    @Override
    public boolean pauses() {
        return true;
    }

    /** The whole machine is about to stand still, and who does that is outside. Until then everything goes on. */
    @Override
    public void freeze(Slot slot) {}

    @Override
    public void thaw(Slot slot) {}

    @Override
    public boolean relieve(Slot slot, ProcessId first) throws IOException {
        if (ProcessTree.load(first).processes() < MOST_PROCESSES / 2) {
            return false;
        }
        endAll(slot);
        return true;
    }

    @Override
    public Usage usage(Slot slot, ProcessId first) throws IOException {
        return Usage.of(ProcessTree.load(first), Traffic.of(first));
    }

    @Override
    public boolean sameShape(SandboxSpec one, SandboxSpec other) {
        return one.template().equals(other.template());
    }

    /** The machine has the size that it was started with. */
    @Override
    public void resize(Slot slot, Resources resources) {}

    @Override
    public DiskUsage disk(Slot slot, Resources resources) throws IOException {
        return Disks.of(slot.directory());
    }

    /** Lists are refused where nothing holds anybody to them. Whether there is an internet is decided by who connects the machine. */
    @Override
    public Optional<Networks.Refusal> refuses(NetworkConfig network) {
        return Networks.Refusal.ofLists(network);
    }

    @Override
    public void connect(Slot slot, NetworkConfig network) {
        throw new Failure.Refused(
                        ErrorCode.NOT_IMPLEMENTED,
                        "A machine keeps the network that it was started on",
                        Map.of("feature", "network", "isolation", isolation().label()))
                .asException();
    }

    @Override
    public long memoryKills(Slot slot) {
        return 0;
    }

    @Override
    public SandboxSpec asSeenInside(Slot slot, SandboxSpec spec) {
        return spec;
    }

    /** The helper last: who is orphaned before would be nobody's. */
    @Override
    public void kill(Slot slot) throws IOException {
        var first = ProcessId.read(slot.pidFile()).filter(ProcessId::alive);
        if (first.isPresent()) {
            endAll(slot);
            first.get().kill();
            ProcessHandle.of(first.get().pid())
                    .ifPresent(process -> process.onExit().join());
            // What the helper started while it was ended itself.
            endAll(slot);
        }
        Files.deleteIfExists(slot.pidFile());
        Files.deleteIfExists(slot.helperSocket());
    }

    /** Returns when the last one is gone. */
    private void endAll(Slot slot) throws IOException {
        Command.run(
                List.of(helper.toString(), "end", Integer.toString(Templates.USER)), Path.of("/"), slot.log(), TIME);
        Soon.done(() -> UserProcesses.areThere(Templates.USER)
                ? Optional.of(new IOException("processes of slot " + slot.name() + " do not end"))
                : Optional.empty());
    }

    @Override
    public void remove(Slot slot) throws IOException {
        var wasUsed = Files.exists(slot.directory());
        kill(slot);
        if (wasUsed) {
            workspace.clear();
        }
        trash.throwAway(slot.directory());
    }

    @Override
    public void sweep(List<Slot> kept) {
        // Whatever this driver starts is found by a file in its slot.
    }

    @Override
    public void close() {}
}
