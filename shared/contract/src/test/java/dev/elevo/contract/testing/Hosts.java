package dev.elevo.contract.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine it runs on. */
public final class Hosts {
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;

    private Hosts() {}

    /** A test that is skipped says so where people look. */
    public static void assume(boolean holds, String reason) {
        if (!holds) {
            System.err.println("skipped: " + reason);
        }
        Assumptions.assumeTrue(holds, reason);
    }

    /**
     * Nobody listens at it; and it is none of those that are given to connections in passing, or one of them would have it before
     * whoever has asked listens.
     */
    public static int freePort() throws IOException {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // By chance the next one is not.
            }
        }
    }
}
