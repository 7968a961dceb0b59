package dev.elevo.contract.agent;

import dev.elevo.contract.files.FileMode;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Files to be written all or none. */
@Serdeable
public record WriteFiles(List<Entry> files, @Nullable String user) {
    public WriteFiles {
        files = List.copyOf(files);
    }

    /**
     * One of them.
     *
     * @param content in base64
     */
    @Serdeable
    public record Entry(
            String path, String content, @Nullable FileMode mode, boolean createParents, boolean overwrite) {}
}
