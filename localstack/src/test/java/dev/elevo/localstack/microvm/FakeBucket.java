package dev.elevo.localstack.microvm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** As much of S3 as multipart uploads by signed addresses need; every signature is checked. */
public final class FakeBucket implements AutoCloseable {
    private static final Pattern ETAG = Pattern.compile("<ETag>(?:\"|&quot;)?([0-9a-f]+)(?:\"|&quot;)?</ETag>");
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
    private static final String NAME = "workspaces";

    private final Path directory;
    private final HttpServer server;
    private final Map<String, String> uploads = new ConcurrentHashMap<>();

    public FakeBucket(Path directory) throws IOException {
        this.directory = directory;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public String name() {
        return NAME;
    }

    /** What lies in it. */
    public List<String> keys() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith("key="))
                    .map(file -> file.substring(4).replace('+', '/'))
                    .sorted()
                    .toList();
        }
    }

    /** How many uploads nobody has ended. */
    public int underWay() {
        return uploads.size();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var target = exchange.getRequestURI();
            var query = Signature.query(target);
            var isPart = query.containsKey("partNumber");
            // A part goes to the disk; whatever else comes is short.
            var part = directory.resolve("arriving-" + UUID.randomUUID());
            byte[] body = {};
            if (isPart) {
                Files.copy(exchange.getRequestBody(), part);
            } else {
                body = exchange.getRequestBody().readAllBytes();
            }
            if (!Signature.isGood(exchange.getRequestMethod(), target, exchange.getRequestHeaders()::getFirst, body)) {
                Files.deleteIfExists(part);
                say(exchange, 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>");
                return;
            }
            var key = target.getPath().substring(("/" + NAME + "/").length());
            var upload = query.get("uploadId");
            switch (exchange.getRequestMethod()) {
                case "POST" -> {
                    if (upload == null) {
                        var id = UUID.randomUUID().toString();
                        uploads.put(id, key);
                        say(
                                exchange,
                                200,
                                "<InitiateMultipartUploadResult><Bucket>" + NAME + "</Bucket><Key>" + key
                                        + "</Key><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
                    } else {
                        complete(exchange, key, upload, new String(body, StandardCharsets.UTF_8));
                    }
                }
                case "PUT" -> put(exchange, upload, query.getOrDefault("partNumber", ""), part);
                case "GET" -> get(exchange, key, query);
                case "HEAD" -> exchange.sendResponseHeaders(Files.exists(file(key)) ? 200 : 404, -1);
                case "DELETE" -> {
                    if (upload == null) {
                        Files.deleteIfExists(file(key));
                    } else {
                        uploads.remove(upload);
                    }
                    exchange.sendResponseHeaders(204, -1);
                }
                default -> say(exchange, 405, "<Error><Code>MethodNotAllowed</Code></Error>");
            }
        }
    }

    private void put(HttpExchange exchange, @Nullable String upload, String number, Path part) throws IOException {
        if (upload == null || !uploads.containsKey(upload)) {
            Files.delete(part);
            say(exchange, 404, "<Error><Code>NoSuchUpload</Code></Error>");
            return;
        }
        // One whose answer was lost comes again.
        Files.move(part, directory.resolve("part-" + upload + "-" + number), StandardCopyOption.REPLACE_EXISTING);
        exchange.getResponseHeaders().set("ETag", "\"" + etag(number) + "\"");
        exchange.sendResponseHeaders(200, -1);
    }

    private static String etag(String number) {
        return Signature.sha256(number.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }

    private void complete(HttpExchange exchange, String key, String upload, String body) throws IOException {
        if (!uploads.containsKey(upload)) {
            say(exchange, 404, "<Error><Code>NoSuchUpload</Code></Error>");
            return;
        }
        var whole = directory.resolve("whole-" + upload);
        Files.write(whole, new byte[0]);
        var tags = ETAG.matcher(body);
        for (var number = 1; tags.find(); number++) {
            var part = directory.resolve("part-" + upload + "-" + number);
            if (!tags.group(1).equals(etag("" + number)) || !Files.exists(part)) {
                say(exchange, 400, "<Error><Code>InvalidPart</Code></Error>");
                return;
            }
            try (var out = Files.newOutputStream(whole, StandardOpenOption.APPEND)) {
                Files.copy(part, out);
            }
            Files.delete(part);
        }
        Files.move(whole, file(key), StandardCopyOption.REPLACE_EXISTING);
        uploads.remove(upload);
        say(
                exchange,
                200,
                "<CompleteMultipartUploadResult><Key>" + key
                        + "</Key><ETag>\"x\"</ETag></CompleteMultipartUploadResult>");
    }

    private void get(HttpExchange exchange, String key, Map<String, String> query) throws IOException {
        var file = file(key);
        if (!Files.exists(file)) {
            say(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
            return;
        }
        for (var name : List.of("Content-Type", "Content-Disposition", "Cache-Control")) {
            var said = query.get("response-" + name.toLowerCase(Locale.ROOT));
            if (said != null) {
                exchange.getResponseHeaders().set(name, said);
            }
        }
        var size = Files.size(file);
        var range = RANGE.matcher(
                Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), ""));
        var first = range.matches() ? Long.parseLong(range.group(1)) : 0;
        var last = range.matches() && !range.group(2).isEmpty()
                ? Math.min(size - 1, Long.parseLong(range.group(2)))
                : size - 1;
        if (range.matches()) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + last + "/" + size);
        }
        var length = last - first + 1;
        // To this server 0 is a length that nobody knows.
        exchange.sendResponseHeaders(range.matches() ? 206 : 200, length == 0 ? -1 : length);
        try (var content = FileChannel.open(file)) {
            var out = Channels.newChannel(exchange.getResponseBody());
            for (var at = first; at <= last; ) {
                at += content.transferTo(at, last + 1 - at, out);
            }
        }
    }

    private Path file(String key) {
        return directory.resolve("key=" + key.replace('/', '+'));
    }

    private static void say(HttpExchange exchange, int status, String xml) throws IOException {
        var body = ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
