package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** What was written of a batch, in its order. */
@Serdeable
public record BatchResult(List<WriteResult> results) {
    public BatchResult {
        results = List.copyOf(results);
    }
}
