package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control groups of all slots of one agent: {@code /elevo-HOME/SLOT} in each hierarchy. */
final class Cgroups implements Groups {
    static final int PIDS = 1024;
    static final int CPU_PERIOD_MICROS = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final long NANOS_PER_MICRO = 1000;

    /** So many refused forks in so short a time are no accident. */
    private static final int BOMB_REFUSALS = 20;

    /** A bomb has to wait for its share of the processor, too. */
    private static final long BOMB_LOOK_NANOS = 1_000_000_000;

    private static final long BOMB_PAUSE_NANOS = 10_000_000;

    private final String parent;
    private final boolean unified;
    private final Freezer freezer;

    Cgroups(String home) {
        this.parent = "elevo-" + home;
        this.unified = Files.exists(ROOT.resolve("cgroup.controllers"));
        this.freezer = unified ? Freezer.SECOND : Freezer.FIRST;
    }

    @Override
    public Set<String> enforced() {
        return Set.of("cpu", "memory", "pids");
    }

    @Override
    public Optional<String> path(Slot slot) {
        return Optional.of("/" + parent + "/" + slot.name());
    }

    @Override
    public void limit(Slot slot, Resources resources) throws IOException {
        var memory = memoryBytes(resources);
        if (unified) {
            var group = group("memory", slot);
            write(group.resolve("memory.max"), memory);
            write(group.resolve("cpu.max"), cpuMicros(resources) + " " + CPU_PERIOD_MICROS);
            return;
        }
        var group = group("memory", slot);
        var alone = group.resolve("memory.limit_in_bytes");
        var withSwap = group.resolve("memory.memsw.limit_in_bytes");
        // Memory alone must never exceed memory with swap, not even between the two writes.
        var growing = Long.parseLong(Files.readString(alone).strip()) < Long.parseLong(memory);
        for (var file : growing ? List.of(withSwap, alone) : List.of(alone, withSwap)) {
            if (Files.exists(file)) {
                write(file, memory);
            }
        }
        write(group("cpu", slot).resolve("cpu.cfs_quota_us"), cpuMicros(resources));
    }

    static String memoryBytes(Resources resources) {
        var megabytes =
                Objects.requireNonNullElse(resources.memoryMB(), Objects.requireNonNull(Resources.DEFAULT.memoryMB()));
        return Long.toString((long) megabytes << 20);
    }

    static String cpuMicros(Resources resources) {
        var cores = Objects.requireNonNullElse(resources.cpu(), Objects.requireNonNull(Resources.DEFAULT.cpu()));
        return Long.toString(Math.round(cores * CPU_PERIOD_MICROS));
    }

    /** Also one that a dying runtime had just put there. */
    @Override
    public void kill(Slot slot) throws IOException {
        liftQuota(slot);
        Soon.done(() -> {
            var left = processes(slot);
            left.forEach(ProcessId::kill);
            // The first generation's freezer keeps the dead, too. They are marked by now, and do nothing but die.
            thaw(slot);
            return left.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new IOException(left.size() + " processes of slot " + slot.name() + " do not end"));
        });
    }

    /** Whatever is deep in debt for processor time is let neither freeze nor die for seconds. */
    private void liftQuota(Slot slot) throws IOException {
        var quota = quota(slot);
        if (Files.exists(quota)) {
            write(quota, unified ? "max" : "-1");
        }
    }

    private Path quota(Slot slot) {
        return group("cpu", slot).resolve(unified ? "cpu.max" : "cpu.cfs_quota_us");
    }

    @Override
    public long memoryKills(Slot slot) throws IOException {
        try {
            // A kernel before 4.13 does not count them.
            return number(group("memory", slot).resolve(unified ? "memory.events" : "memory.oom_control"), "oom_kill ");
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }

    @Override
    public Load load(Slot slot, ProcessId first) throws IOException {
        var memory = group("memory", slot);
        var used = number(memory.resolve(unified ? "memory.current" : "memory.usage_in_bytes"));
        var cached = number(memory.resolve("memory.stat"), unified ? "inactive_file " : "total_inactive_file ");
        var cpuNanos = unified
                ? number(group("cpu", slot).resolve("cpu.stat"), "usage_usec ") * NANOS_PER_MICRO
                : number(group("cpuacct", slot).resolve("cpuacct.usage"));
        var processes = Files.readAllLines(group("pids", slot).resolve("cgroup.procs"));
        return new Load(cpuNanos, Math.max(0, used - cached), processes.size());
    }

    @Override
    public void freeze(Slot slot) throws IOException {
        freezer.freeze(group("freezer", slot));
    }

    @Override
    public void thaw(Slot slot) throws IOException {
        freezer.thaw(group("freezer", slot));
    }

    @Override
    public boolean isFrozen(Slot slot) throws IOException {
        return freezer.isFrozen(group("freezer", slot));
    }

    @Override
    public Optional<Path> freezer(Slot slot) {
        return Optional.of(group("freezer", slot));
    }

    @Override
    public boolean relieve(Slot slot, ProcessId first) throws IOException {
        if (!isBombed(slot)) {
            return false;
        }
        var granted = Files.readString(quota(slot)).strip();
        liftQuota(slot);
        try {
            Soon.done(() -> killOthers(slot, first));
        } finally {
            thaw(slot);
            write(quota(slot), granted);
        }
        return true;
    }

    /** What slipped through is there at the next attempt. */
    private Optional<IOException> killOthers(Slot slot, ProcessId first) throws IOException {
        freezer.beginToFreeze(group("freezer", slot));
        for (var pid : pids(group("freezer", slot))) {
            if (pid != first.pid()) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        thaw(slot);
        return number(group("pids", slot).resolve("pids.current")) <= PIDS / 2
                ? Optional.empty()
                : Optional.of(new IOException("what was killed in slot " + slot.name() + " does not end"));
    }

    /**
     * Only what goes on forking against the limit is a bomb. Whoever just has many processes is refused another and loses none; a
     * stop and a start rid him of them.
     */
    private boolean isBombed(Slot slot) throws IOException {
        var events = group("pids", slot).resolve("pids.events");
        var enough = number(events, "max ") + BOMB_REFUSALS;
        var until = System.nanoTime() + BOMB_LOOK_NANOS;
        var bombed = false;
        while (!bombed && System.nanoTime() < until) {
            LockSupport.parkNanos(BOMB_PAUSE_NANOS);
            bombed = number(events, "max ") >= enough;
        }
        return bombed;
    }

    private Path group(String controller, Slot slot) {
        return (unified ? ROOT : ROOT.resolve(controller)).resolve(parent).resolve(slot.name());
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    /** Behind the name in a file of many; 0 where the kernel does not know it. */
    private static long number(Path file, String name) throws IOException {
        for (var line : Files.readAllLines(file)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.substring(name.length()).strip());
            }
        }
        return 0;
    }

    @Override
    public void remove(Slot slot) throws IOException {
        for (var group : groups(slot)) {
            removeTree(group);
        }
    }

    @Override
    public List<String> names() throws IOException {
        var names = new LinkedHashSet<String>();
        for (var hierarchy : hierarchies()) {
            var mine = hierarchy.resolve(parent);
            if (Files.isDirectory(mine)) {
                try (var children = Files.list(mine)) {
                    children.filter(Files::isDirectory)
                            .map(child -> child.getFileName().toString())
                            .forEach(names::add);
                }
            }
        }
        return List.copyOf(names);
    }

    @Override
    public void removeParent() throws IOException {
        for (var hierarchy : hierarchies()) {
            Files.deleteIfExists(hierarchy.resolve(parent));
        }
    }

    /** Each is in a group of every hierarchy, and looked at once. */
    private List<ProcessId> processes(Slot slot) throws IOException {
        var found = new LinkedHashSet<Long>();
        for (var group : groups(slot)) {
            try (var tree = Files.walk(group)) {
                for (var directory : tree.filter(Files::isDirectory).toList()) {
                    found.addAll(pids(directory));
                }
            } catch (NoSuchFileException gone) {
                LOG.debug("nothing lives in {} any more", group);
            }
        }
        return found.stream()
                .flatMap(pid -> ProcessId.of(pid).stream())
                .filter(ProcessId::alive)
                .toList();
    }

    private static List<Long> pids(Path group) throws IOException {
        return Files.readAllLines(group.resolve("cgroup.procs")).stream()
                .map(Long::valueOf)
                .toList();
    }

    private List<Path> groups(Slot slot) throws IOException {
        var groups = new ArrayList<Path>();
        for (var hierarchy : hierarchies()) {
            var group = hierarchy.resolve(parent).resolve(slot.name());
            if (Files.isDirectory(group)) {
                groups.add(group);
            }
        }
        return groups;
    }

    private List<Path> hierarchies() throws IOException {
        if (unified) {
            return List.of(ROOT);
        }
        try (Stream<Path> mounted = Files.list(ROOT)) {
            return mounted.filter(path -> Files.isDirectory(path) && !Files.isSymbolicLink(path))
                    .toList();
        }
    }

    private static void removeTree(Path group) throws IOException {
        try (var children = Files.list(group)) {
            for (var child : children.filter(Files::isDirectory).toList()) {
                removeTree(child);
            }
        }
        Soon.done(() -> {
            try {
                Files.deleteIfExists(group);
                return Optional.empty();
            } catch (FileSystemException busy) {
                // A thread of a process that is dead already may still be giving its memory back.
                return Optional.of(busy);
            }
        });
    }

    private static void write(Path file, String value) throws IOException {
        Files.writeString(file, value);
    }
}
