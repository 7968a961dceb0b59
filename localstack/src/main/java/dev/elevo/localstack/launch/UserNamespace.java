package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the agent of a user who is not root is root: over the users that the host lends him ({@code /etc/subuid}), and over mounts
 * of its own. A process keeps it, so that an agent that follows a dead one has the same rights over the same sandboxes.
 */
final class UserNamespace implements Daemon.Program {
    private static final Logger LOG = LoggerFactory.getLogger(UserNamespace.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = 2_000_000;

    /** It has nothing to do with our build: a new one goes on in it. */
    private static final String ANY_BUILD = "any";

    private UserNamespace() {}

    /** Empty for root, who needs none, and where the host lends nothing; then the agent says what that means. */
    static Optional<Daemon> ensure(Home home) throws IOException {
        if (Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            return Optional.empty();
        }
        var keeper = Daemon.ensure(home, ANY_BUILD, new UserNamespace());
        if (isMade(keeper)) {
            return Optional.of(keeper);
        }
        keeper.stop();
        LOG.error(
                "no user namespace with users of its own, see {}; `./elevo doctor` says what to do",
                home.logs().resolve("namespace.log"));
        return Optional.empty();
    }

    private static boolean isMade(Daemon keeper) throws IOException {
        var map = Path.of("/proc", Long.toString(keeper.pid()), "uid_map");
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (keeper.isAlive() && System.nanoTime() < deadline) {
            // Two lines: the user himself, and those he is lent.
            if (Files.exists(map) && Files.readAllLines(map).size() > 1) {
                return true;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return false;
    }

    /** What goes before a command that shall run inside. */
    static List<String> enter(Daemon keeper) {
        return List.of(
                "nsenter", "--user", "--mount", "--preserve-credentials", "--target", Long.toString(keeper.pid()));
    }

    @Override
    public String name() {
        return "namespace";
    }

    @Override
    public List<String> command(int port) {
        return List.of("unshare", "--map-auto", "--map-root-user", "--mount", "sleep", "infinity");
    }

    @Override
    public Map<String, String> environment(int port) {
        return Map.of();
    }
}
