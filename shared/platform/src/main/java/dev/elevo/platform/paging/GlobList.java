package dev.elevo.platform.paging;

import java.util.ArrayList;
import java.util.List;

/** Globs with commas between them, of which some have commas themselves. */
final class GlobList {
    private GlobList() {}

    static List<String> split(String text) {
        var globs = new ArrayList<String>();
        var begin = 0;
        var braces = 0;
        var inBrackets = false;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\\' -> i++;
                case '[' -> inBrackets = true;
                case ']' -> inBrackets = false;
                case '{' -> braces += inBrackets ? 0 : 1;
                case '}' -> braces -= inBrackets || braces == 0 ? 0 : 1;
                case ',' -> {
                    if (braces == 0 && !inBrackets) {
                        add(globs, text.substring(begin, i));
                        begin = i + 1;
                    }
                }
                default -> {}
            }
        }
        add(globs, text.substring(begin));
        return globs;
    }

    private static void add(List<String> globs, String glob) {
        var stripped = glob.strip();
        if (!stripped.isEmpty()) {
            globs.add(stripped);
        }
    }
}
