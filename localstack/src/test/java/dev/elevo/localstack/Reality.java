package dev.elevo.localstack;

import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
    private static final Duration MOST_LEEWAY = Duration.ofSeconds(2);
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
        var boxes = boxes();
        var api = states(boxes);
        var agents = backstage.agentsSandboxes();
        var records = records();
        var slots = slots(records);
        boxes.forEach((id, box) -> policyDifference(id, box, records.get(id)).ifPresent(differences::add));
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
        return states(boxes());
    }

    private static Map<String, String> states(Map<String, Map<String, Object>> boxes) {
        var states = new TreeMap<String, String>();
        boxes.forEach((id, box) -> states.put(id, String.valueOf(box.get("state"))));
        return states;
    }

    /** What the API says of each. */
    private Map<String, Map<String, Object>> boxes() {
        var boxes = new TreeMap<String, Map<String, Object>>();
        for (var number = 1; ; number++) {
            var page = stack.get("/api/v1/sandboxes?limit=100&page=" + number);
            if (page.status() != 200) {
                throw new IllegalStateException(page.text());
            }
            if (page.data().isEmpty()) {
                return boxes;
            }
            page.data().forEach(box -> boxes.put(String.valueOf(box.get("id")), box));
        }
    }

    /** Whether the agent holds one in the network, and ends it at the time, that the API says. */
    private static Optional<String> policyDifference(
            String id, Map<String, Object> box, @Nullable Map<String, Object> record) {
        if (record == null || !(record.get("spec") instanceof Map<?, ?> spec)) {
            return Optional.empty(); // told as a difference of states
        }
        var blocked = Boolean.TRUE.equals(box.get("networkBlockAll"));
        var told = spec.get("network") instanceof Map<?, ?> network ? network.get("allowInternet") : null;
        if (blocked == Boolean.TRUE.equals(told)) {
            return Optional.of("%s: the API says that its network is blocked: %s, the agent allows the internet: %s"
                    .formatted(id, blocked, told));
        }
        var isRunning = "running".equals(box.get("state"));
        if (isRunning && !isAt(String.valueOf(box.get("expiresAt")), String.valueOf(spec.get("deadline")))) {
            return Optional.of("%s: it expires at %s, the agent ends it at %s"
                    .formatted(id, box.get("expiresAt"), spec.get("deadline")));
        }
        return Optional.empty();
    }

    private static boolean isAt(String expiresAt, String deadline) {
        return !expiresAt.equals("null")
                && !deadline.equals("null")
                && Duration.between(Instant.parse(expiresAt), Instant.parse(deadline))
                                .compareTo(MOST_LEEWAY)
                        <= 0
                && !Instant.parse(deadline).isBefore(Instant.parse(expiresAt));
    }

    /** Of each sandbox that has a record at the agent. */
    private Map<String, Map<String, Object>> records() throws IOException {
        var records = new HashMap<String, Map<String, Object>>();
        for (var sandbox : children(agent.resolve("sandboxes"))) {
            try {
                var record = JsonMapper.createDefault()
                        .readValue(
                                Files.readString(sandbox.resolve("sandbox.json")),
                                Argument.mapOf(String.class, Object.class));
                records.put(sandbox.getFileName().toString(), Objects.requireNonNull(record));
            } catch (NoSuchFileException beingDeleted) {
                records.remove(sandbox.getFileName().toString());
            }
        }
        return records;
    }

    private static Map<String, String> slots(Map<String, Map<String, Object>> records) {
        var slots = new HashMap<String, String>();
        records.forEach((id, record) -> slots.put(id, String.valueOf(record.get("slot"))));
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
