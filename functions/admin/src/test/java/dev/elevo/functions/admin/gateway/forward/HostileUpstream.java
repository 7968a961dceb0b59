package dev.elevo.functions.admin.gateway.forward;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes a request's head and then does what it likes. */
final class HostileUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What it does to a client. */
    @FunctionalInterface
    interface Deed {
        void to(Socket client, OutputStream out) throws IOException, InterruptedException;
    }

    HostileUpstream(Deed deed) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(deed));
    }

    /** Says this and closes. */
    static Deed saying(String text) {
        return (client, out) -> {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        };
    }

    /** Lets the client wait until the test is over. */
    void hold() throws InterruptedException {
        closed.await();
    }

    static void reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
    }

    int port() {
        return server.getLocalPort();
    }

    int asked() {
        return asked.get();
    }

    private void accept(Deed deed) {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                open.add(client);
                Thread.ofVirtual().start(() -> serve(client, deed));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client, Deed deed) {
        try (client) {
            var in = client.getInputStream();
            int matched = 0;
            while (matched < 4) {
                int next = in.read();
                if (next < 0) {
                    return;
                }
                matched = next == (matched % 2 == 0 ? '\r' : '\n') ? matched + 1 : 0;
            }
            asked.incrementAndGet();
            deed.to(client, client.getOutputStream());
        } catch (IOException e) {
            // The client has gone, which is its right.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        for (var client : open) {
            client.close();
        }
    }
}
