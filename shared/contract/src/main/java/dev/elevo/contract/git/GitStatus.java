package dev.elevo.contract.git;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state of a work tree, with paths from its root. */
@Serdeable
public record GitStatus(
        String branch,
        @Nullable String upstream,
        int ahead,
        int behind,
        boolean published,
        List<GitFileStatus> staged,
        List<GitFileStatus> unstaged,
        List<String> untracked,
        List<String> conflicted,
        @Nullable List<String> ignored,
        boolean clean,
        boolean merging,
        boolean rebasing,
        boolean cherryPicking) {}
