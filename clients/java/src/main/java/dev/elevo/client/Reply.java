package dev.elevo.client;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An answer that was read to its end. */
@SuppressWarnings("ArrayRecordComponent") // compared with none
record Reply(int status, HttpHeaders headers, byte[] body) {

    boolean isSuccess() {
        return status / 100 == 2;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** In seconds; the other form, a date, the service does not use. */
    Optional<Duration> retryAfter() {
        return retryAfter(headers);
    }

    static Optional<Duration> retryAfter(HttpHeaders headers) {
        return headers.firstValue("Retry-After")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(Long::parseLong)
                .map(Duration::ofSeconds);
    }

    /** Of one that is no success: by the service, in either of its envelopes, or by whatever stands before it. */
    WorkspaceException failure() {
        try {
            var json = Json.tree(text());
            var error = json.path("error");
            if (error.path("code").isInt()) {
                var details = new TreeMap<String, Object>();
                for (var detail : error.path("details").properties()) {
                    details.put(detail.getKey(), Json.convert(detail.getValue(), Object.class));
                }
                return new ApiException(
                        status,
                        error.path("code").asInt(),
                        error.path("name").asText(),
                        error.path("message").asText(),
                        details,
                        error.path("requestId").asText(header("X-Request-ID").orElse("")));
            }
            var gateway = json.path("code").asText();
            if (gateway.matches("F\\d{5}")) {
                return new ApiException(
                        status,
                        Integer.parseInt(gateway.substring(1)),
                        gateway,
                        json.path("msg").asText(),
                        Map.of(),
                        header("X-Request-ID").orElse(""));
            }
        } catch (IOException e) {
            return strange(e);
        }
        return strange(null);
    }

    private UnreachableException strange(@Nullable IOException cause) {
        return new UnreachableException("an answer of status " + status + " that is not the service's", cause);
    }
}
