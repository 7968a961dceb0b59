package dev.elevo.functions.sandboxes.push;

import dev.elevo.platform.push.Device;
import dev.elevo.platform.push.DevicePlatform;
import dev.elevo.platform.push.Push;

/** Brings messages to devices. */
interface PushSink {
    /** Whether there is somebody who brings messages to such devices. */
    boolean reaches(DevicePlatform platform);

    Outcome send(Push push, Device device);

    /** What became of it. */
    enum Outcome {
        SENT,
        /** Nobody has this token any more. */
        DEAD,
        /** It was not sent; another attempt may come through. */
        NOT_NOW,
        /** It may have been sent. */
        IN_DOUBT
    }
}
