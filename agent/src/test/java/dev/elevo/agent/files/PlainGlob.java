package dev.elevo.agent.files;

import java.util.ArrayList;
import java.util.List;

/** Globs, tried out letter by letter: slow, and simple enough to be believed. */
final class PlainGlob {
    private PlainGlob() {}

    static boolean matches(String glob, String text) {
        return alternatives(glob).stream().anyMatch(one -> matchesOne(one, text, true));
    }

    /** What it stands for without braces. */
    private static List<String> alternatives(String glob) {
        var open = glob.indexOf('{');
        if (open < 0) {
            return List.of(glob);
        }
        var depth = 0;
        var parts = new ArrayList<String>();
        var from = open + 1;
        for (int at = open; ; at++) {
            var c = glob.charAt(at);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0 || (depth == 1 && c == ',')) {
                parts.add(glob.substring(from, at));
                from = at + 1;
            }
            if (depth == 0) {
                var tail = glob.substring(from);
                return parts.stream()
                        .flatMap(part -> alternatives(glob.substring(0, open) + part + tail).stream())
                        .toList();
            }
        }
    }

    /** @param begins whether a component begins here: only there two stars are more than one */
    private static boolean matchesOne(String glob, String text, boolean begins) {
        if (glob.isEmpty()) {
            return text.isEmpty();
        }
        if (begins && glob.startsWith("**/")) {
            // No directory at all, or one and then the same again.
            var slash = text.indexOf('/');
            return matchesOne(glob.substring(3), text, true)
                    || (slash > 0 && matchesOne(glob, text.substring(slash + 1), true));
        }
        if (begins && glob.equals("**")) {
            return !text.isEmpty();
        }
        var first = glob.charAt(0);
        if (first == '*') {
            var canTake = !text.isEmpty() && text.charAt(0) != '/';
            return matchesOne(glob.substring(1), text, false)
                    || (canTake && matchesOne(glob, text.substring(1), false));
        }
        if (text.isEmpty()) {
            return false;
        }
        if (first == '[') {
            var end = glob.indexOf(']', 2);
            return isOneOf(glob.substring(1, end), text.charAt(0))
                    && matchesOne(glob.substring(end + 1), text.substring(1), false);
        }
        var fits = first == '?' ? text.charAt(0) != '/' : text.charAt(0) == first;
        return fits && matchesOne(glob.substring(1), text.substring(1), first == '/');
    }

    private static boolean isOneOf(String set, char c) {
        if (c == '/') {
            return false;
        }
        var negated = set.startsWith("!");
        var found = false;
        for (int i = negated ? 1 : 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                found |= set.charAt(i) <= c && c <= set.charAt(i + 2);
                i += 2;
            } else {
                found |= set.charAt(i) == c;
            }
        }
        return found != negated;
    }
}
