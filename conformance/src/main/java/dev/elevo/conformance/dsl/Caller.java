package dev.elevo.conformance.dsl;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Somebody who calls, with his credential, and from where paths begin. Waits when he is told to. */
public final class Caller {
    /** Longer than a gateway lets any request take. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final int MOST_WAITS = 200;

    private final Target target;
    private final Trace trace;
    private final Supplier<HttpClient> client;
    private final String base;
    private final Map<String, String> headers;
    private final boolean waits;

    Caller(
            Target target,
            Trace trace,
            Supplier<HttpClient> client,
            String base,
            Map<String, String> headers,
            boolean waits) {
        this.target = target;
        this.trace = trace;
        this.client = client;
        this.base = base;
        this.headers = Map.copyOf(headers);
        this.waits = waits;
    }

    /** Whose paths go on from here. */
    public Caller in(String path) {
        return new Caller(target, trace, client, base + path, headers, waits);
    }

    /** Whose paths begin at the root, as those of section 5 do. */
    public Caller atRoot() {
        return new Caller(target, trace, client, "", headers, waits);
    }

    public Caller with(String header, String value) {
        var more = new HashMap<>(headers);
        more.put(header, value);
        return new Caller(target, trace, client, base, more, waits);
    }

    /** Who wants to see 9003. */
    public Caller impatient() {
        return new Caller(target, trace, client, base, headers, false);
    }

    public Answer get(String path) {
        return call("GET", path, Optional.empty());
    }

    /**
     * Posts JSON.
     *
     * @param fields a name, its value, the next name; none: without a body
     */
    public Answer post(String path, Object... fields) {
        return call("POST", path, fields);
    }

    public Answer put(String path, Object... fields) {
        return call("PUT", path, fields);
    }

    public Answer patch(String path, Object... fields) {
        return call("PATCH", path, fields);
    }

    public Answer delete(String path) {
        return call("DELETE", path, Optional.empty());
    }

    public Answer call(String method, String path, Object... fields) {
        return call(
                method,
                path,
                fields.length == 0
                        ? Optional.empty()
                        : Optional.of(
                                Body.of("application/json", Json.object(fields).toString())));
    }

    /** Whatever it is, as it is. */
    public Answer send(String method, String path, String type, String text) {
        return call(method, path, Optional.of(Body.of(type, text)));
    }

    public Answer send(String method, String path, String type, byte[] content) {
        return call(
                method,
                path,
                Optional.of(
                        new Body(type, HttpRequest.BodyPublishers.ofByteArray(content), content.length + " bytes")));
    }

    /** @param shown of it in a report */
    private record Body(String type, HttpRequest.BodyPublisher content, String shown) {

        static Body of(String type, String text) {
            return new Body(type, HttpRequest.BodyPublishers.ofString(text), text);
        }
    }

    private Answer call(String method, String path, Optional<Body> body) {
        for (var i = 0; ; i++) {
            var answer = once(method, base + path, body);
            if (!waits || answer.code() != 9003 || i == MOST_WAITS) {
                trace.add(answer);
                return answer;
            }
            rest(answer.header("Retry-After"));
        }
    }

    private static void rest(String seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds.isEmpty() ? 1 : Long.parseLong(seconds));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Answer once(String method, String path, Optional<Body> body) {
        var request = HttpRequest.newBuilder(target.at(path))
                .timeout(PATIENCE)
                .method(method, body.map(Body::content).orElseGet(HttpRequest.BodyPublishers::noBody));
        body.ifPresent(sent -> request.header("Content-Type", sent.type));
        headers.forEach(request::setHeader);
        var answer = Wire.send(client.get(), request.build());
        return new Answer(
                method,
                path,
                body.map(Body::shown).orElse(""),
                answer.statusCode(),
                answer.headers().map(),
                answer.body());
    }

    /** An address that somebody was given, with nothing but what is in it. */
    public static Answer bare(String method, String address, String text) {
        try (var client = HttpClient.newHttpClient()) {
            var uri = URI.create(address);
            var answer = Wire.send(
                    client,
                    HttpRequest.newBuilder(uri)
                            .timeout(PATIENCE)
                            .method(
                                    method,
                                    text.isEmpty()
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofString(text))
                            .build());
            return new Answer(
                    method, address, text, answer.statusCode(), answer.headers().map(), answer.body());
        }
    }

    /** A handshake that succeeds. */
    public Stream stream(String path) {
        var stream = Stream.open(target.streamAt(base + path), credential());
        trace.stream(base + path);
        return stream;
    }

    /** A handshake with the credential in the address. */
    public Stream tokenStream(String path) {
        var address = base + path + (path.contains("?") ? "&" : "?") + "token=" + credential();
        var stream = Stream.open(target.streamAt(address), "");
        trace.stream(base + path);
        return stream;
    }

    /** A handshake of a client that reads only when it is told to. */
    public SlowReader slowReader(String path) {
        var reader = SlowReader.open(target, base + path, headers);
        trace.stream(base + path);
        return reader;
    }

    /** A handshake that is refused before it is one, as 4.2 has it. */
    public Answer handshake(String path) {
        var answer = Handshake.of(target, base + path, headers);
        trace.add(answer);
        return answer;
    }

    private String credential() {
        return headers.getOrDefault("X-API-Key", "");
    }
}
