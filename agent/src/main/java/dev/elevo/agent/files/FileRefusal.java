package dev.elevo.agent.files;

import java.io.IOException;

/** The server of files is well and says no. */
final class FileRefusal extends IOException {
    /** What the refusal is about; the order is that of {@code enum files_whose}. */
    enum Whose {
        FIRST,
        SECOND,
        OWNER
    }

    private final Whose whose;
    private final int errno;
    private final long number;

    FileRefusal(Whose whose, int errno, long number) {
        super(whose + ", error " + errno);
        this.whose = whose;
        this.errno = errno;
        this.number = number;
    }

    Whose whose() {
        return whose;
    }

    int errno() {
        return errno;
    }

    /** Which of several, or how large. */
    long number() {
        return number;
    }
}
