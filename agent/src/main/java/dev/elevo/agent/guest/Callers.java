package dev.elevo.agent.guest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Who is at the other end of a connection within this machine. The platform and the code in the sandbox come from the same address; the
 * kernel knows which user opened the socket.
 */
final class Callers {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /** Local and remote address with their ports, state, queues, timers, retransmissions, user. */
    private static final Pattern LINE = Pattern.compile(
            "\\s*\\d+: \\p{XDigit}+:(\\p{XDigit}{4}) \\p{XDigit}+:(\\p{XDigit}{4}) \\S+ \\S+ \\S+ \\S+\\s+(\\d+) .*");

    private final int user;

    /** @param user who runs what is in the sandbox */
    Callers(int user) {
        this.user = user;
    }

    /** One whose socket is not here comes from outside. */
    boolean isFromSandbox(InetSocketAddress caller, InetSocketAddress us) throws IOException {
        for (var table : TABLES) {
            if (Files.exists(table)) {
                try (var lines = Files.lines(table)) {
                    if (lines.map(LINE::matcher)
                            .filter(line -> line.matches()
                                    && Integer.parseInt(line.group(1), 16) == caller.getPort()
                                    && Integer.parseInt(line.group(2), 16) == us.getPort())
                            .anyMatch(line -> Integer.parseInt(line.group(3)) == user)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
