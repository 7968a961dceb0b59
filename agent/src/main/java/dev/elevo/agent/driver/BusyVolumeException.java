package dev.elevo.agent.driver;

import java.io.IOException;

/** Somebody has a volume that is to be mounted, most likely to check what is in it: that may take minutes. */
public final class BusyVolumeException extends IOException {
    private static final long serialVersionUID = 1;

    BusyVolumeException(IOException cause) {
        super("a volume is being checked", cause);
    }
}
