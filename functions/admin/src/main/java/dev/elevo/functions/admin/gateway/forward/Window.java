package dev.elevo.functions.admin.gateway.forward;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many passed in each second of the last minute. It looks at two seconds more than a minute: one because what passed at the end
 * of a second is written at its beginning, one for leases and for clocks that disagree. So no sixty seconds ever hold more than the
 * limit, wherever they begin.
 */
record Window(Deque<Window.Second> seconds) {
    private static final int LENGTH = 62;

    record Second(long at, int passed) {}

    static Window of(String text, long now) {
        var seconds = new ArrayDeque<Second>();
        if (!text.isEmpty()) {
            for (var part : text.split(",")) {
                var colon = part.indexOf(':');
                var at = Long.parseLong(part.substring(0, colon));
                if (at > now - LENGTH) {
                    seconds.add(new Second(at, Integer.parseInt(part.substring(colon + 1))));
                }
            }
        }
        return new Window(seconds);
    }

    int passed() {
        return seconds.stream().mapToInt(Second::passed).sum();
    }

    void pass(int many, long now) {
        // Clocks of hosts disagree a little: what one wrote a moment ahead is not put behind it.
        var at = seconds.isEmpty() ? now : Math.max(now, seconds.getLast().at());
        var before = seconds.isEmpty() || seconds.getLast().at() != at
                ? 0
                : seconds.removeLast().passed();
        seconds.add(new Second(at, before + many));
    }

    /** When the first of what passed is forgotten. */
    long nextAt() {
        return seconds.getFirst().at() + LENGTH;
    }

    long emptyAt() {
        return seconds.isEmpty() ? 0 : seconds.getLast().at() + LENGTH;
    }

    String text() {
        var text = new StringBuilder(seconds.size() * 16);
        for (var second : seconds) {
            text.append(text.isEmpty() ? "" : ",")
                    .append(second.at())
                    .append(':')
                    .append(second.passed());
        }
        return text.toString();
    }
}
