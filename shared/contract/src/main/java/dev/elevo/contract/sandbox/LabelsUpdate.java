package dev.elevo.contract.sandbox;

import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All labels of a sandbox, as they shall be and as they are.
 *
 * @param labels null where a client has left them out, which is refused: for a map the parser would put an empty one there
 */
@Serdeable
public record LabelsUpdate(
        @Nullable @Size(max = 64) Map<@Pattern(regexp = Rules.LABEL_KEY) String, @Size(max = 255) String> labels) {}
