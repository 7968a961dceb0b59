package dev.elevo.platform.git;

import java.util.List;

/** What {@code git push --porcelain} tells: a line for each reference, with a letter for what became of it. */
record PushReport(List<String> letters) {
    static PushReport of(String output) {
        return new PushReport(output.lines()
                .map(line -> line.substring(line.lastIndexOf('\0') + 1))
                .filter(line -> line.length() > 1 && line.charAt(1) == '\t')
                .map(line -> line.substring(0, 1))
                .toList());
    }

    boolean isRejected() {
        return letters.contains("!");
    }

    boolean isUpToDate() {
        return letters.stream().allMatch("="::equals);
    }
}
