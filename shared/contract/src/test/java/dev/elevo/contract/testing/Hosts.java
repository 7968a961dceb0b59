package dev.elevo.contract.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine it runs on. */
public final class Hosts {
    private Hosts() {}

    /** A test that is skipped says so where people look. */
    public static void assume(boolean holds, String reason) {
        if (!holds) {
            System.err.println("skipped: " + reason);
        }
        Assumptions.assumeTrue(holds, reason);
    }

    /** Nobody listens at it, until who has asked does. */
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
