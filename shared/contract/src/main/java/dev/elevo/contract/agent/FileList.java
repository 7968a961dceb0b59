package dev.elevo.contract.agent;

import dev.elevo.contract.files.FileInfo;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/** A stretch of a list of files, and how long all of it is. */
@Serdeable
public record FileList(List<FileInfo> files, long total) {
    public FileList {
        files = List.copyOf(files);
    }
}
