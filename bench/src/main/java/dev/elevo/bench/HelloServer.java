package dev.elevo.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * A process that answers {@code GET /hello/{name}} with a little JSON.
 *
 * @param startSeconds from the start of the process to its first answer
 */
record HelloServer(InetSocketAddress address, double startSeconds) {
    static final String PATH = "/hello/anyone";

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /**
     * Starts it and waits for its first answer.
     *
     * @param command of the port it has to listen on
     */
    static HelloServer start(
            Scratch scratch, String name, Map<String, String> environment, IntFunction<List<String>> command)
            throws IOException, InterruptedException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free());
        var start = System.nanoTime();
        scratch.start(name, environment, command.apply(address.getPort()));
        scratch.await(name, PATIENCE, () -> answers(address));
        return new HelloServer(address, (System.nanoTime() - start) / 1e9);
    }

    Wire connect() {
        return new Wire(address, Map.of());
    }

    static void mustGreet(Wire wire) throws IOException {
        var text = wire.get(PATH).expect(200).text();
        if (!text.equals("{\"hello\":\"anyone\"}")) {
            throw new WrongReply("another greeting: " + text);
        }
    }

    private static boolean answers(InetSocketAddress address) {
        try (var wire = new Wire(address, Map.of())) {
            return wire.get(PATH).status() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
