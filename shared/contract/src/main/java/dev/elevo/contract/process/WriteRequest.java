package dev.elevo.contract.process;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Bytes for an open stdin.
 *
 * @param data may only be absent with {@code eof}
 * @param eof whether stdin is closed behind it
 */
@Serdeable
public record WriteRequest(
        @Nullable String data,
        @Nullable @Pattern(regexp = "utf-8|base64") String encoding,
        @Nullable Boolean eof) {
    /** Of the data, decoded. */
    public static final int MOST_BYTES = 1_048_576;
}
