package dev.elevo.contract;

import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The error envelope of every answer that is not a success, of the functions and of the agent alike. */
@Serdeable
public record ErrorBody(Content error) {

    @Serdeable
    public record Content(
            int code,
            String name,
            String message,
            @Nullable Map<String, Object> details,
            String requestId,
            @Nullable String docUrl) {}

    public static ErrorBody of(Failure failure, String requestId, @Nullable String docBase) {
        var code = failure.code();
        return new ErrorBody(new Content(
                code.number(),
                code.name(),
                failure.message(),
                failure.details().isEmpty() ? null : failure.details(),
                requestId,
                docBase == null ? null : docBase + "/" + code.number()));
    }
}
