package dev.elevo.s3;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One bucket that speaks S3's protocol as far as {@link S3BlobStore} does: bodies in signed or unsigned chunks with a checksum behind
 * them, ranges, lists in pages of a thousand, uploads in parts. It believes every signature, and no checksum that is wrong.
 */
final class BucketDouble implements AutoCloseable {
    static final String NAME = "bucket";
    private static final int PAGE = 1000;
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");
    private static final String CHECKSUM = "x-amz-checksum-crc32";

    private final SortedMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final Map<String, SortedMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger lastUpload = new AtomicInteger();
    private final AtomicInteger troubles = new AtomicInteger();
    private final AtomicInteger lists = new AtomicInteger();
    private final HttpServer server;

    BucketDouble() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/" + NAME, this::answer);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** So many of the next requests are answered as by a service that is in trouble. */
    void beInTrouble(int requests) {
        troubles.set(requests);
    }

    int listsAsked() {
        return lists.get();
    }

    int uploadsUnderWay() {
        return uploads.size();
    }

    Map<String, byte[]> objects() {
        return objects;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = body(exchange);
            var key = exchange.getRequestURI()
                    .getPath()
                    .substring(NAME.length() + 1)
                    .replaceFirst("^/", "");
            if (troubles.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                fail(exchange, 503, "SlowDown");
            } else if (body == null) {
                fail(exchange, 400, "BadDigest");
            } else if (key.isEmpty()) {
                list(exchange);
            } else {
                object(exchange, key, body);
            }
        }
    }

    private void object(HttpExchange exchange, String key, byte[] body) throws IOException {
        var query = query(exchange);
        if (query.containsKey("uploads")) {
            var id = Integer.toString(lastUpload.incrementAndGet());
            uploads.put(id, new ConcurrentSkipListMap<>());
            send(
                    exchange,
                    200,
                    ("<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>")
                            .getBytes(StandardCharsets.UTF_8));
            return;
        }
        if (query.containsKey("uploadId")) {
            upload(exchange, key, body, query);
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                objects.put(key, body);
                send(exchange, 200, new byte[0]);
            }
            case "DELETE" -> {
                objects.remove(key);
                send(exchange, 204, new byte[0]);
            }
            case "HEAD", "GET" -> get(exchange, key);
            default -> fail(exchange, 405, "MethodNotAllowed");
        }
    }

    private void upload(HttpExchange exchange, String key, byte[] body, Map<String, String> query) throws IOException {
        var id = query.get("uploadId");
        var parts = uploads.get(id);
        if (parts == null) {
            fail(exchange, 404, "NoSuchUpload");
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                parts.put(Integer.parseInt(query.get("partNumber")), body);
                exchange.getResponseHeaders().set("ETag", "\"" + query.get("partNumber") + "\"");
                send(exchange, 200, new byte[0]);
            }
            case "POST" -> {
                var whole = new ByteArrayOutputStream();
                parts.values().forEach(whole::writeBytes);
                objects.put(key, whole.toByteArray());
                uploads.remove(id);
                send(exchange, 200, "<CompleteMultipartUploadResult/>".getBytes(StandardCharsets.UTF_8));
            }
            case "DELETE" -> {
                uploads.remove(id);
                send(exchange, 204, new byte[0]);
            }
            default -> fail(exchange, 405, "MethodNotAllowed");
        }
    }

    private void get(HttpExchange exchange, String key) throws IOException {
        var content = objects.get(key);
        if (content == null) {
            fail(exchange, 404, "NoSuchKey");
            return;
        }
        var range = RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
        if (!range.matches()) {
            send(exchange, 200, content);
            return;
        }
        var first = Long.parseLong(range.group(1));
        if (first >= content.length) {
            fail(exchange, 416, "InvalidRange");
            return;
        }
        var end = (int) Math.min(content.length, Long.parseLong(range.group(2)) + 1);
        exchange.getResponseHeaders().set("Content-Range", "bytes " + first + "-" + (end - 1) + "/" + content.length);
        send(exchange, 206, Arrays.copyOfRange(content, (int) first, end));
    }

    private void list(HttpExchange exchange) throws IOException {
        lists.incrementAndGet();
        var query = query(exchange);
        var prefix = query.getOrDefault("prefix", "");
        var after = query.getOrDefault("continuation-token", "");
        var found = objects.tailMap(prefix.compareTo(after) > 0 ? prefix : after + "\0").entrySet().stream()
                .takeWhile(object -> object.getKey().startsWith(prefix))
                .limit(PAGE + 1L)
                .toList();
        var xml = new StringBuilder(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult><Name>" + NAME + "</Name>");
        found.stream()
                .limit(PAGE)
                .forEach(object -> xml.append("<Contents><Key>")
                        .append(object.getKey())
                        .append("</Key><Size>")
                        .append(object.getValue().length)
                        .append("</Size></Contents>"));
        xml.append("<IsTruncated>").append(found.size() > PAGE).append("</IsTruncated>");
        if (found.size() > PAGE) {
            xml.append("<NextContinuationToken>")
                    .append(found.get(PAGE - 1).getKey())
                    .append("</NextContinuationToken>");
        }
        send(exchange, 200, xml.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> query(HttpExchange exchange) {
        var values = new HashMap<String, String>();
        var query = exchange.getRequestURI().getRawQuery();
        for (var part : query == null ? new String[0] : query.split("&", -1)) {
            var pair = part.split("=", 2);
            values.put(pair[0], pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return values;
    }

    private static void fail(HttpExchange exchange, int status, String code) throws IOException {
        send(exchange, status, ("<Error><Code>" + code + "</Code></Error>").getBytes(StandardCharsets.UTF_8));
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Null where it is not what its checksum says. */
    private static byte @Nullable [] body(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        var coded = String.valueOf(headers.getFirst("Content-Encoding")).contains("aws-chunked");
        var trailers = new HashMap<String, String>();
        var in = exchange.getRequestBody();
        var body = coded ? chunks(in, trailers) : in.readAllBytes();
        var told = coded ? trailers.get(CHECKSUM) : headers.getFirst(CHECKSUM);
        return told == null || told.equals(checksum(body)) ? body : null;
    }

    private static String checksum(byte[] body) {
        var crc = new CRC32();
        crc.update(body);
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) crc.getValue())
                        .array());
    }

    private static byte[] chunks(InputStream in, Map<String, String> trailers) throws IOException {
        var body = new ByteArrayOutputStream();
        for (var length = length(line(in)); length > 0; length = length(line(in))) {
            body.write(in.readNBytes(length));
            line(in);
        }
        for (var line = line(in); !line.isEmpty(); line = line(in)) {
            var pair = line.split(":", 2);
            trailers.put(pair[0], pair[1].strip());
        }
        return body.toByteArray();
    }

    private static int length(String line) {
        return Integer.parseInt(line.split(";", 2)[0], 16);
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (var next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
