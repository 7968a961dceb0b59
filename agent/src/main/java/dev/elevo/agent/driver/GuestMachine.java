package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this machine lets its root build around the one user: found out by trying, since platforms differ and may change. Without any of
 * it there is still the wall of users, and the machine itself.
 *
 * @param separatesProcesses whether the user sees and reaches his own processes only
 * @param closesMetadata whether the address at which clouds tell machines their secrets is closed for the user
 */
record GuestMachine(boolean separatesProcesses, boolean closesMetadata) {
    private static final Logger LOG = LoggerFactory.getLogger(GuestMachine.class);
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final String METADATA = "169.254.169.254";
    private static final String RULE = "1";

    static GuestMachine tryOut(Path helper, Path directory) throws IOException {
        var log = directory.resolve("machine.log");
        try {
            return new GuestMachine(
                    works(List.of(helper.toString(), "run", "--own-processes", "--", helper.toString(), "wait"), log),
                    closeMetadata(log));
        } finally {
            Files.deleteIfExists(log);
        }
    }

    /** A rule for his number alone: the platform's own programs are users of the machine, too. */
    private static boolean closeMetadata(Path log) {
        var user = Integer.toString(Templates.USER);
        var rule = List.of("to", METADATA, "uidrange", user + "-" + user, "prohibit", "priority", RULE);
        var found = ip("show", List.of("priority", RULE), log).filter(said -> said.contains(METADATA));
        return found.isPresent() || ip("add", rule, log).isPresent();
    }

    private static Optional<String> ip(String verb, List<String> words, Path log) {
        var command = new ArrayList<>(List.of("ip", "rule", verb));
        command.addAll(words);
        try {
            Command.run(command, Path.of("/"), log, TIME);
            return Optional.of(Command.said(log));
        } catch (IOException e) {
            LOG.info("this machine does not let us close its metadata: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean works(List<String> command, Path log) {
        try {
            Command.run(command, Path.of("/"), log, TIME);
            return true;
        } catch (IOException e) {
            LOG.info("this machine does not let us separate processes: {}", e.getMessage());
            return false;
        }
    }

    String words() {
        return "guest, " + (separatesProcesses ? "processes apart" : "processes seen") + ", "
                + (closesMetadata ? "metadata closed" : "metadata open");
    }
}
