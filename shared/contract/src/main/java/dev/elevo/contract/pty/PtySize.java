package dev.elevo.contract.pty;

import io.micronaut.serde.annotation.Serdeable;

/** How large a terminal is now. */
@Serdeable
public record PtySize(int pid, int cols, int rows) {
    public static final int LEAST_COLS = 10;
    public static final int MOST_COLS = 500;
    public static final int LEAST_ROWS = 5;
    public static final int MOST_ROWS = 200;
}
