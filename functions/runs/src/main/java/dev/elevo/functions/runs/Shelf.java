package dev.elevo.functions.runs;

import dev.elevo.platform.paging.Query;
import java.util.List;

/**
 * Where things lie together that have something in common: those of one project, those with one label.
 *
 * @param counted whether it is known how many they are; else they are counted when somebody asks. Of labels one thing may have more
 *     than there is room for counters in a transaction
 */
record Shelf(String name, String value, boolean counted) {
    private static final int MOST_LABELS = 64;
    private static final int LONGEST_LABEL = 255;

    static Shelf counted(String name, String value) {
        return new Shelf(name, value, true);
    }

    /** Those that are wanted: of what no label can be there is none. */
    static List<Shelf> ofLabels(Query query) {
        var labels = query.labels("labels");
        if (labels.size() > MOST_LABELS) {
            query.refuse("labels", "must be at most " + MOST_LABELS + " labels", null);
        }
        labels.forEach((key, value) -> {
            if (value.length() > LONGEST_LABEL) {
                query.refuse("labels", "must have values of at most " + LONGEST_LABEL + " characters", value);
            }
        });
        return labels.entrySet().stream()
                .map(label -> ofLabel(label.getKey(), label.getValue()))
                .toList();
    }

    static Shelf ofLabel(String key, String value) {
        return new Shelf("label", key + "=" + value, false);
    }
}
