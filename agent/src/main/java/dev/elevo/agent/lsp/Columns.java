package dev.elevo.agent.lsp;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the columns of a text differ between who counts UTF-16 units and who counts code points.
 *
 * @param wide of each line that has characters of two units, which code points these are
 */
record Columns(Map<Integer, int[]> wide) {
    static final Columns SAME = new Columns(Map.of());

    static Columns of(String text) {
        var wide = new HashMap<Integer, int[]>();
        var line = 0;
        var point = 0;
        for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
            var here = text.charAt(at);
            if (here == '\n' || (here == '\r' && !text.startsWith("\n", at + 1))) {
                line++;
                point = 0;
                continue;
            }
            if (Character.isSupplementaryCodePoint(text.codePointAt(at))) {
                add(wide, line, point);
            }
            point++;
        }
        wide.replaceAll((number, points) -> Arrays.copyOfRange(points, 1, points[0] + 1));
        return wide.isEmpty() ? SAME : new Columns(wide);
    }

    /** The first number is how many there are. */
    private static void add(Map<Integer, int[]> wide, int line, int point) {
        var points = wide.computeIfAbsent(line, number -> new int[4]);
        if (points[0] + 1 == points.length) {
            points = Arrays.copyOf(points, 2 * points.length);
            wide.put(line, points);
        }
        points[++points[0]] = point;
    }

    int size() {
        return wide.values().stream().mapToInt(points -> points.length).sum();
    }

    int units(int line, int points) {
        var before = wide.getOrDefault(line, new int[0]);
        return (int) Math.min(Integer.MAX_VALUE, (long) points + countBelow(before, points));
    }

    int points(int line, int units) {
        var before = wide.getOrDefault(line, new int[0]);
        var count = 0;
        while (count < before.length && before[count] + count < units) {
            count++;
        }
        return units - count;
    }

    private static int countBelow(int[] sorted, int bound) {
        var found = Arrays.binarySearch(sorted, bound);
        return found < 0 ? -found - 1 : found;
    }
}
