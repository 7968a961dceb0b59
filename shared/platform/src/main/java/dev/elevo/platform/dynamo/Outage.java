package dev.elevo.platform.dynamo;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Tells a table that does not answer, or not now, from one that refuses what it should not have been asked. */
public final class Outage {
    private static final int SERVER_ERRORS = 500;

    private Outage() {}

    public static boolean caused(Throwable thrown) {
        for (@Nullable Throwable at = thrown; at != null; at = at.getCause()) {
            switch (at) {
                case SdkClientException noAnswer -> {
                    return true;
                }
                case SdkServiceException refused -> {
                    return refused.isThrottlingException() || refused.statusCode() >= SERVER_ERRORS;
                }
                default -> {}
            }
        }
        return false;
    }
}
