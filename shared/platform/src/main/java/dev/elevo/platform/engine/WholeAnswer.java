package dev.elevo.platform.engine;

import dev.elevo.contract.room.CallRoom;
import dev.elevo.contract.room.HeapRoom;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;

/**
 * An agent's answer, all of it. What is large is not taken from its connection before there is room for it.
 *
 * @param body read once by whoever asked
 */
@SuppressWarnings("ArrayRecordComponent") // never compared or kept
record WholeAnswer(int status, HttpHeaders headers, byte[] body) {
    private static final int NO_CONTENT = 204;

    /** Longer than anything an agent has to say in one piece. */
    private static final long MOST_BYTES = 64 << 20;

    private static final BodyHandler<Body> BODY =
            head -> head.statusCode() == NO_CONTENT || length(head.headers()) < HeapRoom.SMALL
                    ? BodySubscribers.mapping(
                            BodySubscribers.limiting(BodySubscribers.ofByteArray(), HeapRoom.SMALL), Here::new)
                    : BodySubscribers.mapping(BodySubscribers.ofInputStream(), Coming::new);

    private sealed interface Body {}

    private record Here(byte[] bytes) implements Body {}

    private record Coming(InputStream stream) implements Body {}

    static WholeAnswer of(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        var response = http.send(request, BODY);
        return new WholeAnswer(response.statusCode(), response.headers(), bytes(response));
    }

    private static byte[] bytes(HttpResponse<Body> response) throws IOException {
        return switch (response.body()) {
            case Here here -> here.bytes();
            case Coming coming -> {
                try (var stream = coming.stream()) {
                    yield read(stream, length(response.headers()));
                }
            }
        };
    }

    private static byte[] read(InputStream stream, long length) throws IOException {
        if (length > MOST_BYTES) {
            throw new IOException("an answer of " + length + " bytes");
        }
        CallRoom.take(length);
        return stream.readNBytes(Math.toIntExact(length));
    }

    /** One that does not say it may have any. */
    private static long length(HttpHeaders headers) {
        return headers.firstValueAsLong("Content-Length").orElse(MOST_BYTES);
    }
}
