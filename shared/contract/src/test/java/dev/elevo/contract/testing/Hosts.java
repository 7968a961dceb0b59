package dev.elevo.contract.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** What a test needs of the machine it runs on. */
public final class Hosts {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 12_000;

    /** Tests of other modules ask at the same time. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private Hosts() {}

    /** A test that is skipped says so where people look. */
    public static void assume(boolean holds, String reason) {
        if (!holds) {
            System.err.println("skipped: " + reason);
        }
        Assumptions.assumeTrue(holds, reason);
    }

    /**
     * Nobody listens at it; and it is none of those that are given to connections in passing, nor one that was given here before, or
     * another would have it before whoever has asked listens.
     */
    public static int freePort() throws IOException {
        while (true) {
            var port = FIRST_PORT + NEXT_PORT.getAndIncrement() % PORTS;
            try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // The next one may not be.
            }
        }
    }
}
