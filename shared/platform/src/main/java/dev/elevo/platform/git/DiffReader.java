package dev.elevo.platform.git;

import dev.elevo.contract.git.DiffResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code git diff --raw --numstat -z}, and what is asked for behind it. */
final class DiffReader {
    private static final Pattern COUNTS = Pattern.compile("(\\d{1,9}|-)\t(\\d{1,9}|-)\t");

    private DiffReader() {}

    private record Change(char letter, @Nullable String original) {}

    private record Lines(int inserted, int deleted) {
        static final Lines NONE = new Lines(0, 0);
    }

    static DiffResult read(String output, String format) {
        var fields = new Fields(output);
        var changes = changes(fields);
        var lines = lines(fields);
        fields.skip('\0');
        var files = new ArrayList<DiffResult.File>();
        changes.forEach((path, change) -> {
            var counted = lines.getOrDefault(path, Lines.NONE);
            files.add(new DiffResult.File(
                    path, Letters.of(change.letter()), counted.inserted(), counted.deleted(), change.original()));
        });
        return new DiffResult(text(fields.rest(), format, files), sum(files), files);
    }

    /** An unmerged file may come twice, and is unmerged. */
    private static Map<String, Change> changes(Fields fields) {
        var changes = new LinkedHashMap<String, Change>();
        while (fields.startsWith(":")) {
            var entry = fields.next();
            var letter = entry.substring(entry.lastIndexOf(' ') + 1);
            if (letter.isEmpty()) {
                throw GitFailures.unreadable();
            }
            var path = fields.next();
            if (Letters.hasOriginal(letter.charAt(0))) {
                changes.put(fields.next(), new Change(letter.charAt(0), path));
            } else {
                changes.putIfAbsent(path, new Change(letter.charAt(0), null));
            }
        }
        return changes;
    }

    private static Map<String, Lines> lines(Fields fields) {
        var lines = new HashMap<String, Lines>();
        for (var counts = fields.lookingAt(COUNTS); counts.lookingAt(); counts = fields.lookingAt(COUNTS)) {
            var path = fields.next().substring(counts.end() - counts.start());
            if (path.isEmpty()) {
                fields.next();
                path = fields.next();
            }
            lines.put(path, new Lines(count(counts.group(1)), count(counts.group(2))));
        }
        return lines;
    }

    /** Of a binary file git says nothing. */
    private static int count(String number) {
        return number.equals("-") ? 0 : Integer.parseInt(number);
    }

    private static String text(String rest, String format, List<DiffResult.File> files) {
        return switch (format) {
            case "name-only" -> files.stream().map(file -> file.path() + "\n").collect(Collectors.joining());
            case "name-status" ->
                files.stream()
                        .map(file -> file.status() + "\t"
                                + (file.originalPath() == null ? "" : file.originalPath() + "\t") + file.path() + "\n")
                        .collect(Collectors.joining());
            default -> rest;
        };
    }

    private static DiffResult.Stats sum(List<DiffResult.File> files) {
        return new DiffResult.Stats(
                files.size(),
                files.stream().mapToInt(DiffResult.File::insertions).sum(),
                files.stream().mapToInt(DiffResult.File::deletions).sum());
    }
}
