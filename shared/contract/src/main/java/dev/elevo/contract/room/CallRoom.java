package dev.elevo.contract.room;

import java.util.concurrent.Callable;

/**
 * The share that the call has which this thread answers. Lambda gives each call a heap of its own: there no call has one, and
 * none waits. Other threads that work for the call have none either.
 */
public final class CallRoom {
    private static final ScopedValue<HeapRoom.Share> SHARE = ScopedValue.newInstance();

    private CallRoom() {}

    public static <T> T within(HeapRoom.Share share, Callable<T> call) throws Exception {
        return ScopedValue.where(SHARE, share).call(call::call);
    }

    /** As {@link HeapRoom.Share#take}. */
    public static void take(long length) {
        if (SHARE.isBound()) {
            SHARE.get().take(length);
        }
    }
}
