package dev.elevo.platform.idempotency;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.Endpoint;
import dev.elevo.platform.http.PipelineOrder;
import dev.elevo.platform.http.RawRequest;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Lets the first attempt of a change with an idempotency key pass and answers the others in its words. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
public final class IdempotencyFilter {
    /** Response header: nothing was done, this was answered before. */
    public static final String REPLAYED = "X-Idempotent-Replayed";

    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyFilter.class);
    private static final String ATTEMPT = "dev.elevo.idempotency.attempt";
    private static final int TOO_MANY_REQUESTS = 429;

    private final IdempotencyStore store;
    private final JsonMapper json;

    IdempotencyFilter(IdempotencyStore store, JsonMapper json) {
        this.store = store;
        this.json = json;
    }

    @RequestFilter
    @Order(PipelineOrder.IDEMPOTENCY)
    @Nullable
    HttpResponse<?> begin(HttpRequest<?> request) {
        var call = Call.of(request);
        if (call.endpoint().filter(Endpoint::isMutation).isEmpty()) {
            return null;
        }
        return call.principal()
                .flatMap(principal -> IdempotencyKey.of(request, principal))
                .<HttpResponse<?>>map(key -> begin(request, key))
                .orElse(null);
    }

    private @Nullable HttpResponse<?> begin(HttpRequest<?> request, IdempotencyKey key) {
        return switch (store.begin(key, Hashes.sha256(RawRequest.of(request).rawBody()))) {
            case Attempt.First first -> {
                request.setAttribute(ATTEMPT, first);
                yield null;
            }
            case Attempt.Done(var answer) -> replay(answer);
            case Attempt.Running running -> throw conflict("in_progress", "The first request with this key still runs");
            case Attempt.OtherBody other -> throw conflict("body_mismatch", "This key was used with another body");
        };
    }

    @ResponseFilter
    @Order(PipelineOrder.IDEMPOTENCY)
    void finish(HttpRequest<?> request, MutableHttpResponse<?> response) throws IOException {
        var attempt = request.getAttribute(ATTEMPT, Attempt.First.class).orElse(null);
        if (attempt == null) {
            return;
        }
        try {
            if (isNoAnswer(response.code())) {
                store.abandon(attempt);
            } else {
                store.finish(attempt, encoded(response));
            }
        } catch (SdkException e) {
            // The work is done and its answer known; a repeat meets 9009 until the lease ends, and then the finished
            // work.
            LOG.error(
                    "answer for an idempotency key not stored, request {}",
                    Call.of(request).requestId(),
                    e);
        }
    }

    /** What leads elsewhere is done there, and each time it is asked for. */
    private static boolean isNoAnswer(int status) {
        return status >= 500 || status == TOO_MANY_REQUESTS || status == HttpStatus.TEMPORARY_REDIRECT.getCode();
    }

    /** Encoded here once; the bytes become the answer's body, so what is stored is what is sent. */
    private StoredAnswer encoded(MutableHttpResponse<?> response) throws IOException {
        var bytes = bytes(response.body());
        if (bytes.length > 0) {
            var contentType = response.getContentType().orElse(MediaType.APPLICATION_JSON_TYPE);
            response.body(bytes).contentType(contentType);
        }
        return new StoredAnswer(
                response.code(),
                response.getContentType().map(MediaType::toString).orElse(null),
                response.getHeaders().get(HttpHeaders.LOCATION),
                bytes);
    }

    private byte[] bytes(@Nullable Object body) throws IOException {
        return switch (body) {
            case null -> new byte[0];
            case byte[] bytes -> bytes;
            case CharSequence text -> text.toString().getBytes(StandardCharsets.UTF_8);
            default -> json.writeValueAsBytes(body);
        };
    }

    private static HttpResponse<?> replay(StoredAnswer answer) {
        var response = HttpResponse.status(HttpStatus.valueOf(answer.status())).header(REPLAYED, "true");
        if (answer.location() != null) {
            response.header(HttpHeaders.LOCATION, answer.location());
        }
        if (answer.body().length > 0) {
            response.body(answer.body());
        }
        if (answer.contentType() != null) {
            response.contentType(answer.contentType());
        }
        return response;
    }

    private static RuntimeException conflict(String reason, String message) {
        return new Failure.Refused(ErrorCode.IDEMPOTENCY_CONFLICT, message, Map.of("reason", reason)).asException();
    }
}
