package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * What was saved.
 *
 * @param etags of the parts that were needed, as the store said them, in order
 * @param bytes of all parts
 * @param sha256 of all parts, one after the other, in hexadecimal
 */
@Serdeable
public record SavedWorkspace(List<String> etags, long bytes, String sha256) {
    public SavedWorkspace {
        etags = List.copyOf(etags);
    }
}
