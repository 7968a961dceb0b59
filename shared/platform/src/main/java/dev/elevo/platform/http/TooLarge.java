package dev.elevo.platform.http;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.Map;

/** A body that is larger than anybody takes. For the files of sandboxes there is another way; nobody else is told of it. */
public final class TooLarge {
    private static final String SANDBOXES = "/api/v1/sandboxes/";

    private TooLarge() {}

    public static Failure body(String message, String path, Map<String, Object> details) {
        return new Failure.Refused(
                ErrorCode.FILE_TOO_LARGE,
                path.startsWith(SANDBOXES)
                        ? message + "; a larger file goes to the address that POST …/files/upload-url gives"
                        : message,
                details);
    }
}
