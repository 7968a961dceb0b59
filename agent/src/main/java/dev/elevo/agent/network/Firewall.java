package dev.elevo.agent.network;

import dev.elevo.agent.driver.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings rules to the host, each text as one transaction: there is no moment in which it holds by half. */
final class Firewall {
    private static final Logger LOG = LoggerFactory.getLogger(Firewall.class);
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final Ruleset rules;
    private final Path directory;
    private final Queue<Change> waiting = new ConcurrentLinkedQueue<>();

    Firewall(Ruleset rules, Path directory) {
        this.rules = rules;
        this.directory = directory;
    }

    /**
     * Where an earlier agent's rules stand they are exchanged, and what names have opened stays open.
     *
     * @param ofSandboxes what holds for those that live
     */
    void raise(String ofSandboxes) throws IOException {
        var whole = rules.base() + ofSandboxes;
        try {
            run(whole);
        } catch (IOException e) {
            // Sets and chains can be filled anew, but not made of another kind.
            LOG.info("the rules of an earlier agent are of another kind: {}", e.getMessage());
            run(rules.withoutFormer() + whole);
        }
        if (!Files.readString(FORWARDING).strip().equals("1")) {
            Files.writeString(FORWARDING, "1");
        }
    }

    void lower() throws IOException {
        run(rules.withoutFormer());
    }

    /**
     * One after the other: the kernel refuses a change that began before another ended. Those who wait meanwhile share the next
     * transaction; where that is refused each has one of its own, so that nobody fails for another's mistake.
     */
    void run(String text) throws IOException {
        var change = new Change(text);
        waiting.add(change);
        synchronized (this) {
            if (waiting.contains(change)) {
                bring(all(waiting));
            }
        }
        change.result();
    }

    private static List<Change> all(Queue<Change> waiting) {
        var all = new ArrayList<Change>();
        for (var next = waiting.poll(); next != null; next = waiting.poll()) {
            all.add(next);
        }
        return all;
    }

    private void bring(List<Change> changes) {
        try {
            nft(changes.stream().map(Change::text).collect(Collectors.joining()));
            changes.forEach(Change::succeed);
        } catch (IOException refused) {
            if (changes.size() == 1) {
                changes.getFirst().fail(refused);
            } else {
                LOG.debug("{} changes are tried one by one: {}", changes.size(), refused.getMessage());
                changes.forEach(change -> bring(List.of(change)));
            }
        }
    }

    private void nft(String text) throws IOException {
        var file = Files.writeString(directory.resolve("firewall.nft"), text);
        Command.run(List.of("nft", "-f", file.toString()), directory, directory.resolve("firewall.log"), TIME);
    }

    /** What somebody waits for. */
    private static final class Change {
        private final String text;
        private boolean done;
        private @Nullable IOException refusal;

        Change(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        void succeed() {
            done = true;
        }

        void fail(IOException why) {
            refusal = why;
            done = true;
        }

        void result() throws IOException {
            if (refusal != null) {
                throw refusal;
            }
            if (!done) {
                throw new IllegalStateException("whoever brought the change was cut short");
            }
        }
    }
}
