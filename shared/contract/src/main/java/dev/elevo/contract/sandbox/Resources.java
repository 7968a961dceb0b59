package dev.elevo.contract.sandbox;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox may use.
 *
 * @param cpu cores
 * @param disk GB
 */
@Serdeable
public record Resources(
        @Nullable @Min(1) @Max(96) Double cpu,

        @Nullable @JsonAlias("memory") @Min(256) @Max(393_216)
        Integer memoryMB,

        @Nullable @JsonAlias("diskGB") @Min(1) @Max(2048) Integer disk,
        @Nullable @Min(0) @Max(8) Integer gpu,
        @Nullable @Size(max = 63) String gpuType) {

    public static final Resources DEFAULT = new Resources(1.0, 1024, 10, 0, null);
}
