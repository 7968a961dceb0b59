package dev.elevo.agent.guest;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** What takes a PUT and answers a GET, as a bucket does by addresses that allow just that. */
final class FileStore implements AutoCloseable {
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile Semaphore allowed = new Semaphore(Integer.MAX_VALUE / 2);

    FileStore() throws IOException {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    URI at(String name) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name);
    }

    Map<String, byte[]> objects() {
        return objects;
    }

    /** The next so many PUTs break off in the middle. */
    void breakOff(int count) {
        failures.set(count);
    }

    /** So many PUTs are taken; the others wait until it is let go. */
    void hold(int after) {
        allowed = new Semaphore(after);
    }

    void letGo() {
        allowed.release(Integer.MAX_VALUE / 2);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var name = exchange.getRequestURI().getPath().substring(1);
            if (exchange.getRequestMethod().equals("PUT")) {
                put(exchange, name);
            } else if (objects.containsKey(name)) {
                var bytes = objects.get(name);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            } else {
                exchange.sendResponseHeaders(403, -1);
            }
        }
    }

    private void put(HttpExchange exchange, String name) throws IOException {
        if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            exchange.getRequestBody().read();
            throw new IOException("broken off, as it was ordered"); // ends the connection
        }
        allowed.acquireUninterruptibly();
        var bytes = exchange.getRequestBody().readAllBytes();
        objects.put(name, bytes);
        exchange.getResponseHeaders().add("ETag", "\"" + bytes.length + "-" + name + "\"");
        exchange.sendResponseHeaders(200, -1);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
