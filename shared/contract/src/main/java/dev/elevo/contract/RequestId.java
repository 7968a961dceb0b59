package dev.elevo.contract;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The name of one request, in its answer, in every error and in every line of a log: the caller's own where he gives a good one. */
public final class RequestId {
    public static final String HEADER = "X-Request-ID";

    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /**
     * The one sent, or a new one.
     *
     * @param sent the value of the request's {@link #HEADER}
     */
    public static String of(@Nullable String sent) {
        return sent != null && WELL_FORMED.matcher(sent).matches() ? sent : Ids.REQUEST.random();
    }
}
