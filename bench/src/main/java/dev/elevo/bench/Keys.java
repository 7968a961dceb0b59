package dev.elevo.bench;

import java.io.IOException;

/**
 * A terminal on which every key comes back: a program that shows what it reads, with nothing in between that edits lines. It costs the
 * same on all sides, so what differs is the way to it.
 */
interface Keys extends AutoCloseable {
    /** What the shell on each side is given to run. */
    String PROGRAM = "stty raw -echo; printf READY; exec cat";

    String READY = "READY";

    void press(char key) throws IOException;

    /** What is shown next; at least one character. */
    String see() throws IOException;

    @Override
    void close() throws IOException;

    /** Waits for the program. */
    default Keys ready() throws IOException {
        var shown = new StringBuilder();
        while (shown.indexOf(READY) < 0) {
            shown.append(see());
        }
        return this;
    }

    /** From a key to its sight, of one key after the other. */
    default Latency.Timed echo() {
        var pressed = new int[1];
        return () -> {
            var key = (char) ('a' + pressed[0]++ % 26);
            var start = System.nanoTime();
            press(key);
            var seen = see();
            var nanos = System.nanoTime() - start;
            if (!seen.equals(String.valueOf(key))) {
                throw new WrongReply("pressed " + key + " and saw " + seen);
            }
            return nanos;
        };
    }
}
