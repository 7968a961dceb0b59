package dev.elevo.platform.streams;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.http.HttpRequest;
import java.util.Optional;
import java.util.stream.Stream;

/** A request that becomes a connection when it is answered well. It passes the same pipeline as any other. */
public record Handshake(String connectionId) {
    /** The contract's subprotocol: the credential follows its name. */
    public static final String SUBPROTOCOL = "bearer";

    public static final String PROTOCOL_HEADER = "Sec-WebSocket-Protocol";

    private static final String ATTRIBUTE = "dev.elevo.handshake";

    public void enter(HttpRequest<?> request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    public static boolean isOn(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE).isPresent();
    }

    /** Refuses a plain request as if nothing were there: for it nothing is. */
    public static Handshake of(HttpRequest<?> request) {
        return request.getAttribute(ATTRIBUTE, Handshake.class)
                .orElseThrow(() -> new Failure.Refused(
                                ErrorCode.RESOURCE_NOT_FOUND, "There is a WebSocket here, nothing else")
                        .asException());
    }

    /** What a client says that can set no other header: {@code bearer, <token>}. */
    public static Optional<String> offeredToken(HttpRequest<?> request) {
        var offered = request.getHeaders().get(PROTOCOL_HEADER);
        if (offered == null) {
            return Optional.empty();
        }
        var words = Stream.of(offered.split(",", -1)).map(String::strip).toList();
        var name = words.indexOf(SUBPROTOCOL);
        return name >= 0 && name + 1 < words.size() ? Optional.of(words.get(name + 1)) : Optional.empty();
    }
}
