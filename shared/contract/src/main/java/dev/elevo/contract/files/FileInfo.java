package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file, a directory, or whatever else has a name.
 *
 * @param owner its name, or its number where it has none; so is the group
 * @param createdAt when the file system knows it
 */
@Serdeable
public record FileInfo(
        String name,
        String path,
        FileType type,
        long size,
        FileMode mode,
        String permissions,
        String owner,
        String group,
        Instant modifiedAt,
        Instant accessedAt,
        @Nullable Instant createdAt,
        @Nullable String symlinkTarget,
        boolean hidden,
        @Nullable String mimeType) {}
