package dev.elevo.localstack;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Compares what the API says of every sandbox with what the agent says, and both with what is on the machine. */
final class Reality {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final Path NETWORKS = Path.of("/run/netns");
    private static final Pattern GROUP = Pattern.compile("\"cgroupsPath\":\"/(elevo-([0-9a-f]{6})[0-9a-f]*)/");
    /** Made before they are needed, of which no note tells. */
    private static final int SPARE_NETWORKS = 4;

    private final RunningStack stack;
    private final Backstage backstage;
    private final Path agent;

    Reality(RunningStack stack) {
        this.stack = stack;
        this.backstage = new Backstage(stack.home());
        this.agent = stack.home().resolve("agent");
    }

    /** In words; empty when all three agree, and nothing is there that belongs to nobody. */
    List<String> differences() throws Exception {
        var differences = new ArrayList<String>();
        var api = api();
        var agents = backstage.agentsSandboxes();
        var slots = slots();
        api.forEach((id, state) -> {
            var agentSays = agents.getOrDefault(id, "absent");
            var machine = machine(slots.get(id));
            if (!agree(state, agentSays, machine)) {
                differences.add(
                        "%s: the API says %s, the agent %s, the machine %s".formatted(id, state, agentSays, machine));
            }
        });
        agents.keySet().stream()
                .filter(id -> !api.containsKey(id))
                .forEach(id -> differences.add(id + ": only the agent has it"));
        differences.addAll(orphans(new HashSet<>(slots.values())));
        return differences;
    }

    private static boolean agree(String api, String agent, String machine) {
        return switch (api) {
            case "running", "paused" -> agent.equals(api) && machine.equals(api);
            case "stopped" -> agent.equals("stopped") && machine.equals("nothing runs");
            case "failed" -> !agent.equals("running") && !agent.equals("paused") && machine.equals("nothing runs");
            default -> false; // on its way to one of these
        };
    }

    Map<String, String> api() {
        var states = new TreeMap<String, String>();
        for (var number = 1; ; number++) {
            var page = stack.get("/api/v1/sandboxes?limit=100&page=" + number);
            if (page.status() != 200) {
                throw new IllegalStateException(page.text());
            }
            if (page.data().isEmpty()) {
                return states;
            }
            page.data().forEach(box -> states.put(String.valueOf(box.get("id")), String.valueOf(box.get("state"))));
        }
    }

    /** Of each sandbox that has a record. */
    private Map<String, String> slots() throws IOException {
        var slots = new HashMap<String, String>();
        for (var sandbox : children(agent.resolve("sandboxes"))) {
            try {
                var record = JsonMapper.createDefault()
                        .readValue(
                                Files.readString(sandbox.resolve("sandbox.json")),
                                Argument.mapOf(String.class, Object.class));
                slots.put(
                        sandbox.getFileName().toString(),
                        String.valueOf(Objects.requireNonNull(record).get("slot")));
            } catch (NoSuchFileException beingDeleted) {
                slots.remove(sandbox.getFileName().toString());
            }
        }
        return slots;
    }

    private String machine(@Nullable String slot) {
        if (slot == null) {
            return "nothing runs";
        }
        try {
            var groups = groups(slot);
            if (groups.isEmpty()) {
                return firstProcessLives(slot) ? "running" : "nothing runs";
            }
            var processes = 0;
            var frozen = false;
            for (var group : groups) {
                processes += Files.readAllLines(group.resolve("cgroup.procs")).size();
                frozen |= says(group.resolve("freezer.state"), "FROZEN") || says(group.resolve("cgroup.freeze"), "1");
            }
            if (processes == 0) {
                return "nothing runs";
            }
            return frozen ? "paused" : "running";
        } catch (IOException gone) {
            return "nothing runs";
        }
    }

    private boolean firstProcessLives(String slot) throws IOException {
        var note = agent.resolve("slots").resolve(slot).resolve("pid");
        return Files.exists(note)
                && Files.isDirectory(
                        Path.of("/proc", Files.readString(note).split(" ")[0].strip()));
    }

    private static boolean says(Path file, String word) throws IOException {
        return Files.exists(file) && Files.readString(file).strip().equals(word);
    }

    private List<String> orphans(Set<String> owned) throws IOException {
        var orphans = new ArrayList<String>();
        for (var slot : children(agent.resolve("slots"))) {
            if (!owned.contains(slot.getFileName().toString())) {
                orphans.add("slot " + slot.getFileName() + " is nobody's");
            }
        }
        for (var parent : parents()) {
            for (var group : children(parent)) {
                if (Files.isDirectory(group)
                        && !owned.contains(group.getFileName().toString())) {
                    orphans.add("control group " + group + " is nobody's");
                }
            }
        }
        var leased = leases(owned);
        var present = networks();
        leased.stream()
                .filter(name -> !present.contains(name))
                .forEach(name -> orphans.add("network " + name + " is noted and not there"));
        if (present.size() - leased.size() > SPARE_NETWORKS) {
            orphans.add("networks " + present + ", of which only " + leased + " are in use");
        }
        return orphans;
    }

    private Set<String> leases(Set<String> owned) throws IOException {
        var leases = new HashSet<String>();
        for (var slot : owned) {
            var note = agent.resolve("slots").resolve(slot).resolve("network");
            if (Files.exists(note) && Files.size(note) > 0) {
                leases.add(Files.readString(note).strip());
            }
        }
        return leases;
    }

    private Set<String> networks() throws IOException {
        var found = new HashSet<String>();
        for (var home : homes(2)) {
            children(NETWORKS).stream()
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith("ev" + home + "-"))
                    .forEach(found::add);
        }
        return found;
    }

    private List<Path> groups(String slot) throws IOException {
        return parents().stream()
                .map(parent -> parent.resolve(slot))
                .filter(Files::isDirectory)
                .toList();
    }

    private List<Path> parents() throws IOException {
        var parents = new ArrayList<Path>();
        for (var name : homes(1)) {
            try (var hierarchies = Stream.concat(Stream.of(GROUPS), children(GROUPS).stream())) {
                hierarchies
                        .filter(path -> !Files.isSymbolicLink(path))
                        .map(path -> path.resolve(name))
                        .filter(Files::isDirectory)
                        .forEach(parents::add);
            }
        }
        return parents;
    }

    /** How this home is called outside of it, as its slots have it. */
    private Set<String> homes(int part) throws IOException {
        var names = new HashSet<String>();
        for (var slot : children(agent.resolve("slots"))) {
            var bundle = slot.resolve("config.json");
            if (Files.exists(bundle)) {
                var found = GROUP.matcher(Files.readString(bundle));
                if (found.find()) {
                    names.add(found.group(part));
                }
            }
        }
        return names;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (var children = Files.list(directory)) {
            return children.toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }
}
