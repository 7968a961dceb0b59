package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Map;

/** Request line and headers. The codec bounds each; the cloud bounds both together. */
final class Head {
    /** Spaces, colons and line ends. */
    private static final int BETWEEN = 4;

    private static final String TOO_LARGE = "The request line and headers are too large";

    private Head() {}

    static void check(HttpRequest request, int limit) {
        if (bytes(request) > limit) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, TOO_LARGE, Map.of("limit", limit)).asException();
        }
    }

    /** Why a request could not even be read. */
    static Failure unreadable(DecoderResult result) {
        return new Failure.Refused(
                ErrorCode.INVALID_REQUEST,
                result.cause() instanceof TooLongFrameException ? TOO_LARGE : "The request is not readable HTTP");
    }

    private static int bytes(HttpRequest request) {
        int bytes = request.method().name().length()
                + request.uri().length()
                + request.protocolVersion().text().length()
                + BETWEEN;
        for (var header : request.headers()) {
            bytes += header.getKey().length() + header.getValue().length() + BETWEEN;
        }
        return bytes;
    }
}
