package dev.elevo.platform.http;

import dev.elevo.contract.InstantSerde;
import dev.elevo.contract.trace.TraceContext;
import dev.elevo.platform.trace.Trace;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One JSON line per request. Headers are not logged, and of the query no credential. */
@Singleton
final class AccessLog {
    /** A logger of its own, so that its lines can be sent, or silenced, apart from the others. */
    private static final Logger LOG = LoggerFactory.getLogger("dev.elevo.access");

    private static final Pattern CREDENTIAL = Pattern.compile("(^|&)(api_key|token)=[^&]*");

    void write(HttpRequest<?> request, Call call, int status) {
        if (LOG.isInfoEnabled()) {
            LOG.info(line(request, call, status));
        }
    }

    private static String line(HttpRequest<?> request, Call call, int status) {
        var line = new StringBuilder(320).append('{');
        text(line, "time", InstantSerde.format(Instant.now()));
        text(line, "requestId", call.requestId());
        Trace.current().ifPresent(trace -> {
            text(line, TraceContext.TRACE_ID, trace.context().traceId());
            text(line, TraceContext.SPAN_ID, trace.context().spanId());
        });
        text(line, "method", request.getMethodName());
        text(line, "route", call.endpoint().map(Endpoint::template).orElse(null));
        text(line, "path", request.getUri().getRawPath());
        text(line, "query", redacted(request.getUri().getRawQuery()));
        line.append("\"status\":").append(status).append(',');
        millis(line.append("\"ms\":"), call.elapsedNanos());
        line.append(',');
        call.principal().ifPresent(principal -> {
            text(line, "org", principal.organizationId());
            text(line, "user", principal.userId());
            text(line, "key", principal.keyId());
        });
        text(line, "clientType", call.clientType());
        text(line, "remoteAddress", call.remoteAddress());
        line.setCharAt(line.length() - 1, '}');
        return line.toString();
    }

    /** By hand: a format is read anew for every request. */
    private static void millis(StringBuilder line, long nanos) {
        var hundredths = nanos / 10_000 % 100;
        line.append(nanos / 1_000_000).append('.').append(hundredths / 10).append(hundredths % 10);
    }

    /** The name of a parameter may be escaped too: an unusual spelling must not carry a key into the log. */
    static @Nullable String redacted(@Nullable String rawQuery) {
        if (rawQuery == null) {
            return null;
        }
        return rawQuery.indexOf('%') >= 0 && hidesName(rawQuery)
                ? "***"
                : CREDENTIAL.matcher(rawQuery).replaceAll("$1$2=***");
    }

    private static boolean hidesName(String rawQuery) {
        for (var parameter : rawQuery.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (parameter.substring(0, equals < 0 ? parameter.length() : equals).indexOf('%') >= 0) {
                return true;
            }
        }
        return false;
    }

    private static void text(StringBuilder line, String name, @Nullable String value) {
        if (value == null) {
            return;
        }
        line.append('"').append(name).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                line.append(c);
            }
        }
        line.append("\",");
    }
}
