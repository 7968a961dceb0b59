package dev.elevo.contract.pty;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/** Keys to press on a terminal. */
@Serdeable
public record WritePty(
        @NotNull @Size(max = 65_536) String data,
        @Nullable @Pattern(regexp = "utf-8|base64") String encoding) {}
