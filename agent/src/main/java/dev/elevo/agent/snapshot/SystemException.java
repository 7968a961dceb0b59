package dev.elevo.agent.snapshot;

import java.io.IOException;

/** A call of the system that was refused. */
final class SystemException extends IOException {
    private static final long serialVersionUID = 1;

    static final int ENOSPC = 28;
    private static final int ENOENT = 2;
    private static final int ESTALE = 116;
    private static final int ELOOP = 40;
    private static final int EDQUOT = 122;

    private final int number;

    SystemException(String what, int number) {
        super(what + ": error " + number + " of the system");
        this.number = number;
    }

    static long check(String what, long result) throws SystemException {
        if (result < 0) {
            throw new SystemException(what, (int) -result);
        }
        return result;
    }

    /** What was there a moment ago is not there any more, or is shorter. */
    boolean isGone() {
        return number == ENOENT || number == ESTALE;
    }

    boolean isFull() {
        return number == ENOSPC || number == EDQUOT;
    }

    boolean isTooDeep() {
        return number == ELOOP;
    }
}
