package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;

/** A commit. */
@Serdeable
public record CommitInfo(
        String sha,
        String shortSha,
        String message,
        String summary,
        String author,
        String authorEmail,
        String committer,
        String committerEmail,
        Instant authorDate,
        Instant commitDate,
        List<String> parents,
        boolean isMerge) {}
