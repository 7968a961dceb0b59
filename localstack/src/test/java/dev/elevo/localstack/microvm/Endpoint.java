package dev.elevo.localstack.microvm;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The proxy in front of one machine: who brings its token comes through to the port he names, one request for each connection, or an
 * upgraded one for as long as it lasts.
 */
final class Endpoint implements AutoCloseable {
    private static final int AGENT_PORT = 8080;
    private static final int LONGEST_HEAD = 64 << 10;

    private final String machine;
    private final ProxyTokens tokens;
    private final ServerSocket door;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Guest guest;
    private volatile boolean awake;

    /** It leads nowhere until somebody is behind it. */
    Endpoint(String machine, ProxyTokens tokens) throws IOException {
        this.machine = machine;
        this.tokens = tokens;
        this.door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("endpoint of " + machine).start(this::serve);
    }

    /** As the service tells it: the name of a host, and here its port too. */
    String name() {
        return "127.0.0.1:" + door.getLocalPort();
    }

    /** What was open is dropped by that; nobody comes in until it is awake again. */
    void sleep() throws IOException {
        awake = false;
        for (var socket : open) {
            socket.close();
        }
    }

    void wake() {
        awake = true;
    }

    void leadTo(Guest inside) {
        guest = inside;
        awake = true;
    }

    private void serve() {
        while (!door.isClosed()) {
            try {
                var client = door.accept();
                Thread.ofVirtual().start(() -> take(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void take(Socket client) {
        open.add(client);
        try (client) {
            var in = new BufferedInputStream(client.getInputStream());
            var head = head(in);
            if (head.isEmpty()) {
                return;
            }
            var port = Integer.parseInt(header(head, "x-aws-proxy-port").orElse("" + AGENT_PORT));
            var inside = guest;
            if (!awake || inside == null) {
                refuse(client, 502, "the machine does not answer");
            } else if (!tokens.admits(header(head, "x-aws-proxy-auth").orElse(null), machine, port)) {
                refuse(client, 403, "Access to port denied");
            } else {
                pass(client, in, head, port == AGENT_PORT ? inside.agentPort() : port);
            }
        } catch (IOException broken) {
            // One of the two is gone, and the other one sees it.
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket client, InputStream in, List<String> head, int port) throws IOException {
        try (var agent = new Socket()) {
            try {
                agent.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
            } catch (IOException e) {
                refuse(client, 502, "nobody answers");
                return;
            }
            open.add(agent);
            agent.getOutputStream().write(forwarded(head));
            var upwards = Thread.ofVirtual().start(() -> copy(in, agent));
            agent.getInputStream().transferTo(client.getOutputStream());
            client.close();
            upwards.join();
            open.remove(agent);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(InputStream from, Socket to) {
        try {
            var out = to.getOutputStream();
            var buffer = new byte[16 << 10];
            for (var count = from.read(buffer); count >= 0; count = from.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
            to.shutdownOutput();
        } catch (IOException over) {
            // The other direction ends too, and says so.
        }
    }

    /** Without what was for the proxy; and it is the last request here, unless it becomes another protocol. */
    private static byte[] forwarded(List<String> head) {
        var isUpgrade = header(head, "upgrade").isPresent();
        var lines = new ArrayList<String>();
        lines.add(head.getFirst());
        for (var line : head.subList(1, head.size())) {
            var name = line.substring(0, Math.max(0, line.indexOf(':'))).toLowerCase(Locale.ROOT);
            if (!name.startsWith("x-aws-proxy-") && (isUpgrade || !name.equals("connection"))) {
                lines.add(line);
            }
        }
        if (!isUpgrade) {
            lines.add("Connection: close");
        }
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> head(InputStream in) throws IOException {
        var bytes = new ByteArrayOutputStream();
        while (bytes.size() < LONGEST_HEAD) {
            var next = in.read();
            if (next < 0) {
                return List.of();
            }
            bytes.write(next);
            if (next == '\n' && bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                return bytes.toString(StandardCharsets.ISO_8859_1)
                        .lines()
                        .filter(line -> !line.isEmpty())
                        .toList();
            }
        }
        throw new IOException("the head of a request is too long");
    }

    private static Optional<String> header(List<String> head, String name) {
        return head.stream()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst();
    }

    private static void refuse(Socket client, int status, String message) throws IOException {
        var body = "{\"message\":\"" + message + "\"}";
        OutputStream out = client.getOutputStream();
        out.write(("HTTP/1.1 " + status + " Refused\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\nConnection: close\r\n\r\n" + body)
                .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        door.close();
        sleep();
    }
}
