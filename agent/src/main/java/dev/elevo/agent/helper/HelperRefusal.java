package dev.elevo.agent.helper;

import java.io.IOException;

/** The helper is well and says no. */
public final class HelperRefusal extends IOException {
    private final FailedStep step;
    private final int errno;

    HelperRefusal(Reply.Failed failed) {
        super(failed.step() + ": " + failed.words());
        this.step = failed.step();
        this.errno = failed.errno();
    }

    public FailedStep step() {
        return step;
    }

    public int errno() {
        return errno;
    }
}
