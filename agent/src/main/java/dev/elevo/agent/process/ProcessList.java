package dev.elevo.agent.process;

import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.Reply;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.Failure;
import dev.elevo.contract.process.ProcessInfo;
import dev.elevo.contract.process.ProcessQuery;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything inside, as the query wants it. What this API started are all processes but the service's own: whatever it started
 * is an ancestor of them, also where a daemon has left its parent and hangs below the first process now.
 */
final class ProcessList {
    /** Of names, arguments and environments, all of which their owners choose. */
    private static final long MOST_CHARACTERS = 16 << 20;

    private final SandboxProcesses processes;
    private final ProcessQuery query;
    private final InstantSource clock;
    private final Glob command;
    private final List<ProcessInfo> found = new ArrayList<>();
    private final AnswerRoom.Growing room;
    private long characters;

    private ProcessList(SandboxProcesses processes, ProcessQuery query, InstantSource clock, AnswerRoom.Growing room) {
        this.processes = processes;
        this.query = query;
        this.clock = clock;
        this.room = room;
        this.command = new Glob(query.command() == null ? "*" : query.command());
    }

    static List<ProcessInfo> of(SandboxProcesses processes, ProcessQuery query, InstantSource clock, AnswerRoom room)
            throws IOException {
        var list = new ProcessList(processes, query, clock, room.growing());
        list.addRunning();
        if (query.includeExited()) {
            for (var ended : processes.ended().records()) {
                list.add(ProcFiles.describe(ended));
            }
        }
        return list.found;
    }

    private void addRunning() throws IOException {
        var nodes = processes.tree();
        var hidden = query.includeSystem() ? Set.<Integer>of() : own(nodes);
        for (var pid : inside(nodes)) {
            if (!hidden.contains(pid)) {
                var info = describe(pid);
                if (info.isPresent()) {
                    add(info.get());
                }
            }
        }
    }

    /** Where sandboxes share the host's processes, only the first one's descendants are inside. */
    private static List<Integer> inside(List<Reply.Node> nodes) {
        var children = new HashMap<Integer, List<Integer>>();
        nodes.forEach(node -> children.computeIfAbsent(node.parent(), parent -> new ArrayList<>())
                .add(node.pid()));
        return below(0, children).sorted(Comparator.naturalOrder()).toList();
    }

    private static Stream<Integer> below(int root, Map<Integer, List<Integer>> children) {
        var all = new ArrayList<>(children.getOrDefault(root, List.of()));
        var seen = new HashSet<>(all);
        for (int i = 0; i < all.size(); i++) {
            for (var child : children.getOrDefault(all.get(i), List.of())) {
                if (seen.add(child)) {
                    all.add(child);
                }
            }
        }
        return all.stream();
    }

    /** The first process, and what serves the agent with all that it started. */
    private static Set<Integer> own(List<Reply.Node> nodes) {
        var children = new HashMap<Integer, List<Integer>>();
        nodes.forEach(node -> children.computeIfAbsent(node.parent(), parent -> new ArrayList<>())
                .add(node.pid()));
        var own = new HashSet<Integer>();
        for (var node : nodes) {
            if (node.own()) {
                own.add(node.pid());
                if (node.parent() != 0) {
                    below(node.pid(), children).forEach(own::add);
                }
            }
        }
        return own;
    }

    /** Empty for one that ended meanwhile. */
    private Optional<ProcessInfo> describe(int pid) throws IOException {
        try {
            return ProcFiles.describe(
                    pid,
                    processes.inspect(pid),
                    clock.instant(),
                    processes.running(pid).orElse(null));
        } catch (HelperRefusal gone) {
            return Optional.empty();
        }
    }

    private void add(ProcessInfo info) {
        var user = query.user();
        if ((user != null && !user.equals(info.user())) || !command.matches(line(info))) {
            return;
        }
        var before = characters;
        characters += line(info).length() + info.cwd().length();
        info.env().forEach((name, value) -> characters += name.length() + value.length());
        room.by(characters - before);
        if (characters > MOST_CHARACTERS) {
            throw Failure.Invalid.field(
                            "command", "matches processes whose arguments and environments are too long to list", null)
                    .asException();
        }
        found.add(info);
    }

    private static String line(ProcessInfo info) {
        return info.args().isEmpty() ? info.command() : info.command() + " " + String.join(" ", info.args());
    }
}
