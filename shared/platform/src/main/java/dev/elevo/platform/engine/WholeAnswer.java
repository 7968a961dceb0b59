package dev.elevo.platform.engine;

import dev.elevo.contract.room.CallRoom;
import dev.elevo.contract.room.HeapRoom;
import dev.elevo.platform.outbound.OutboundHttp;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;

/**
 * An agent's answer, all of it. What is large is not taken from its connection before there is room for it; one that does not say how
 * large it is comes through a proxy, and not to a heap that is shared.
 *
 * @param body read once by whoever asked
 */
@SuppressWarnings("ArrayRecordComponent") // never compared or kept
record WholeAnswer(int status, HttpHeaders headers, byte[] body) {
    /** Longer than anything an agent has to say in one piece. */
    private static final long MOST_BYTES = 64 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final BodyHandler<Body> BODY = head -> length(head.headers()) < HeapRoom.SMALL
            ? BodySubscribers.mapping(BodySubscribers.limiting(BodySubscribers.ofByteArray(), MOST_BYTES), Here::new)
            : BodySubscribers.mapping(new LateBody(), Coming::new);

    private sealed interface Body {}

    private record Here(byte[] bytes) implements Body {}

    private record Coming(LateBody body) implements Body {}

    static WholeAnswer of(OutboundHttp http, HttpRequest request) throws IOException, InterruptedException {
        var response = http.send(request, BODY);
        var bytes = switch (response.body()) {
            case Here here -> here.bytes();
            case Coming coming ->
                read(
                        coming.body(),
                        length(response.headers()),
                        request.timeout().orElse(PATIENCE));
        };
        return new WholeAnswer(response.statusCode(), response.headers(), bytes);
    }

    private static byte[] read(LateBody body, long length, Duration patience) throws IOException, InterruptedException {
        try (body) {
            if (length > MOST_BYTES) {
                throw new IOException("an answer of " + length + " bytes");
            }
            CallRoom.take(length);
            return body.read(Math.toIntExact(length), patience);
        }
    }

    private static long length(HttpHeaders headers) {
        return headers.firstValueAsLong("Content-Length").orElse(0);
    }
}
