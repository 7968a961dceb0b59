package dev.elevo.cli;

import dev.elevo.client.Progress;
import java.util.Locale;

/** One line on stderr that tells how far it is, where somebody looks at it. */
final class ProgressBar implements Progress, AutoCloseable {
    private static final int WIDTH = 24;
    private static final long REST = 100_000_000; // nanoseconds between two looks of it

    private final String name;
    private final boolean isShown;
    private final long begun = System.nanoTime();
    private long shown = begun - REST;

    ProgressBar(String name, boolean isShown) {
        this.name = name;
        this.isShown = isShown;
    }

    @Override
    public synchronized void at(long done, long total) {
        var now = System.nanoTime();
        if (isShown && (now - shown >= REST || done == total)) {
            shown = now;
            System.err.print("\r" + line(name, done, total, (now - begun) / 1e9) + "\u001b[K");
        }
    }

    static String line(String name, long done, long total, double seconds) {
        var rate = seconds > 0 ? amount((long) (done / seconds)) + "/s" : "";
        if (total < 0) {
            return "%s  %s  %s".formatted(name, amount(done), rate);
        }
        var part = total == 0 ? 1 : Math.min(1, (double) done / total);
        var full = (int) (part * WIDTH);
        return "%s  [%s%s] %3d%%  %s  %s"
                .formatted(name, "#".repeat(full), " ".repeat(WIDTH - full), (int) (part * 100), amount(done), rate);
    }

    static String amount(long bytes) {
        var units = "KMGT";
        if (bytes < 1024) {
            return bytes + " B";
        }
        var value = bytes / 1024.0;
        var unit = 0;
        while (value >= 1024 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %ciB", value, units.charAt(unit));
    }

    @Override
    public void close() {
        if (isShown) {
            System.err.println();
        }
    }
}
