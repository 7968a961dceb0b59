package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of {@code PUT} and {@code PATCH /sandboxes/{id}}: what of a sandbox can be changed after it was made. */
@Serdeable
public record SandboxUpdate(
        @Nullable @Pattern(regexp = Rules.NAME) @Size(min = 3, max = 63)
        String name,

        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels,
        @Nullable @Size(max = 64) Map<@Size(min = 1, max = 255) String, @Size(max = 4096) String> metadata,
        @Nullable @Min(0) @Max(86_400_000) Integer timeoutMs,
        @Nullable @Min(0) @Max(1440) Integer autoStopMinutes,
        @Nullable Boolean autoPause,
        @Nullable @Min(0) Integer autoArchiveMinutes,
        @Nullable @Min(0) @Max(525_600) Integer autoDeleteMinutes,
        @Nullable @Valid NetworkConfig network) {

    public static SandboxUpdate ofLabels(Map<String, String> labels) {
        return new SandboxUpdate(null, labels, null, null, null, null, null, null, null);
    }

    public static SandboxUpdate ofTimeout(int timeoutMs) {
        return new SandboxUpdate(null, null, null, timeoutMs, null, null, null, null, null);
    }
}
