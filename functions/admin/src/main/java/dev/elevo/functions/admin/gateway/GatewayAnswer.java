package dev.elevo.functions.admin.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;

/** The envelope of the root paths (contract 5.1). */
@Serdeable
public record GatewayAnswer<T>(
        String code,
        String msg,
        @JsonInclude(JsonInclude.Include.ALWAYS) T content) {
    public static final String SUCCESS = "S10000";
    public static final String INTERNAL_ERROR = "F50000";

    static <T> GatewayAnswer<T> of(T content) {
        return new GatewayAnswer<>(SUCCESS, "success", content);
    }
}
