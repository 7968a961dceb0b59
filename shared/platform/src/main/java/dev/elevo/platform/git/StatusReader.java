package dev.elevo.platform.git;

import dev.elevo.contract.git.GitFileStatus;
import dev.elevo.contract.git.GitStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code git status --porcelain=v2 -z --branch}, and the marks behind it. */
final class StatusReader {
    private static final char UNCHANGED = '.';

    private String branch = "HEAD";
    private @Nullable String upstream;
    private int ahead;
    private int behind;
    private final List<GitFileStatus> staged = new ArrayList<>();
    private final List<GitFileStatus> unstaged = new ArrayList<>();
    private final List<String> untracked = new ArrayList<>();
    private final List<String> conflicted = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private List<String> marks = List.of();

    static GitStatus read(String output, boolean withIgnored) {
        var reader = new StatusReader();
        var fields = new Fields(output);
        while (fields.hasNext()) {
            reader.take(fields.next(), fields);
        }
        return reader.status(withIgnored);
    }

    private void take(String entry, Fields fields) {
        switch (entry.isEmpty() ? ' ' : entry.charAt(0)) {
            case '#' -> header(entry);
            case '1' -> changed(entry, part(entry, 8), null);
            case '2' -> changed(entry, part(entry, 9), fields.next());
            case 'u' -> conflicted.add(part(entry, 10));
            case '?' -> untracked.add(part(entry, 1));
            case '!' -> ignored.add(part(entry, 1));
            case '=' -> marks = List.of(entry.substring(1).split(" "));
            default -> throw GitFailures.unreadable();
        }
    }

    private void header(String entry) {
        var value = part(entry, 2);
        switch (entry.split(" ", 3)[1]) {
            case "branch.head" -> branch = value.equals("(detached)") ? "HEAD" : value;
            case "branch.upstream" -> upstream = value;
            case "branch.ab" -> {
                var counts = value.split(" ");
                ahead = Math.abs(Fields.number(counts[0]));
                behind = Math.abs(Fields.number(counts[counts.length - 1]));
            }
            default -> {
                // others may come with other versions
            }
        }
    }

    private void changed(String entry, String path, @Nullable String original) {
        var letters = entry.split(" ", 3)[1];
        if (letters.length() != 2) {
            throw GitFailures.unreadable();
        }
        if (letters.charAt(0) != UNCHANGED) {
            staged.add(file(path, letters.charAt(0), original));
        }
        if (letters.charAt(1) != UNCHANGED) {
            unstaged.add(file(path, letters.charAt(1), original));
        }
    }

    private static GitFileStatus file(String path, char letter, @Nullable String original) {
        return new GitFileStatus(path, Letters.of(letter), Letters.hasOriginal(letter) ? original : null);
    }

    /** What stands behind so many spaces. */
    private static String part(String entry, int spaces) {
        var parts = entry.split(" ", spaces + 1);
        if (parts.length <= spaces) {
            throw GitFailures.unreadable();
        }
        return parts[spaces];
    }

    private GitStatus status(boolean withIgnored) {
        return new GitStatus(
                branch,
                upstream,
                ahead,
                behind,
                marks.contains("published"),
                staged,
                unstaged,
                untracked,
                conflicted,
                withIgnored ? ignored : null,
                staged.isEmpty() && unstaged.isEmpty() && untracked.isEmpty() && conflicted.isEmpty(),
                marks.contains("merging"),
                marks.contains("rebasing"),
                marks.contains("picking"));
    }
}
