package dev.elevo.agent.guest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who is at the other end of a connection within this machine. The platform and the code in the sandbox come from the same address; the
 * kernel knows which user opened the socket.
 */
final class Callers {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int LOOKS = 3;

    /** Local and remote address with their ports, state, queues, timers, retransmissions, user. */
    private static final Pattern LINE = Pattern.compile(
            "\\s*\\d+: \\p{XDigit}+:(\\p{XDigit}{4}) \\p{XDigit}+:(\\p{XDigit}{4}) (\\p{XDigit}{2}) \\S+ \\S+"
                    + " \\S+\\s+(\\d+) .*");

    /** In that state alone the socket has an owner for certain: the kernel names root for one that was closed. */
    private static final String ESTABLISHED = "01";

    private final int user;

    /** @param user who runs what is in the sandbox */
    Callers(int user) {
        this.user = user;
    }

    /** Whether somebody holds the other end now who is not of the sandbox. */
    boolean isFromOutside(InetSocketAddress caller, InetSocketAddress us) throws IOException {
        // A table that changes while it is read may leave out a line that was there all the time.
        for (var look = 0; look < LOOKS; look++) {
            var owner = owner(caller.getPort(), us.getPort());
            if (owner.isPresent()) {
                return owner.get() != user;
            }
        }
        return false;
    }

    private static Optional<Integer> owner(int from, int to) throws IOException {
        for (var table : TABLES) {
            if (Files.exists(table)) {
                try (var lines = Files.lines(table)) {
                    var owner = lines.map(LINE::matcher)
                            .filter(line -> line.matches()
                                    && Integer.parseInt(line.group(1), 16) == from
                                    && Integer.parseInt(line.group(2), 16) == to
                                    && line.group(3).equals(ESTABLISHED))
                            .map(line -> Integer.parseInt(line.group(4)))
                            .findFirst();
                    if (owner.isPresent()) {
                        return owner;
                    }
                }
            }
        }
        return Optional.empty();
    }
}
