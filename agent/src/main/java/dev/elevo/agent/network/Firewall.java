package dev.elevo.agent.network;

import dev.elevo.agent.driver.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings rules to the host, each text as one transaction: there is no moment in which it holds by half. */
final class Firewall {
    private static final Logger LOG = LoggerFactory.getLogger(Firewall.class);
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final Ruleset rules;
    private final Path directory;

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

    /** One after the other: the kernel refuses a change that began before another ended. */
    synchronized void run(String text) throws IOException {
        var file = Files.writeString(directory.resolve("firewall.nft"), text);
        Command.run(List.of("nft", "-f", file.toString()), directory, directory.resolve("firewall.log"), TIME);
    }
}
