package dev.elevo.contract.trace;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a trace, in the words of W3C's Trace Context.
 *
 * @param traceId 32 hexadecimal digits, the same for all that was done because of one request
 * @param spanId 16 of them, for one part of it
 * @param sampled whether whoever began it has it recorded
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {
    public static final String TRACE_PARENT = "traceparent";

    /** What others say about the trace to each other; it goes along unread. */
    public static final String TRACE_STATE = "tracestate";

    /** In logs. */
    public static final String TRACE_ID = "traceId";

    public static final String SPAN_ID = "spanId";

    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;
    private static final int LENGTH = 55;
    private static final int FLAGS = 53;
    private static final int SAMPLED = 1;

    /** A later version may have more behind the flags, a version ff is none. */
    private static final Pattern WELL_FORMED =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

    private static final Pattern STATE = Pattern.compile("[\\x20-\\x7e]{1,512}");

    /** Of the system, and so another one in each copy of a process that was started from a picture of its memory. */
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Empty where it is none, as if nothing had been sent. */
    public static Optional<TraceContext> parse(@Nullable String header) {
        if (header == null
                || header.length() < LENGTH
                || (header.length() > LENGTH && header.startsWith("00"))
                || !WELL_FORMED.matcher(header).matches()) {
            return Optional.empty();
        }
        return Optional.of(new TraceContext(
                header.substring(3, 35),
                header.substring(36, 52),
                (HexFormat.fromHexDigits(header, FLAGS, LENGTH) & SAMPLED) != 0));
    }

    /** Only beside a {@link #TRACE_PARENT} that is one. */
    public static Optional<String> state(@Nullable String header) {
        return Optional.ofNullable(header).filter(state -> STATE.matcher(state).matches());
    }

    /** The beginning of a trace. */
    public static TraceContext begun(boolean sampled) {
        return new TraceContext(random(TRACE_BYTES), random(SPAN_BYTES), sampled);
    }

    /** A part of the same. */
    public TraceContext child() {
        return new TraceContext(traceId, random(SPAN_BYTES), sampled);
    }

    public String header() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    /** Never all zeros: that is no id. */
    private static String random(int length) {
        var bytes = new byte[length];
        do {
            RANDOM.nextBytes(bytes);
        } while (isZero(bytes));
        return HexFormat.of().formatHex(bytes);
    }

    private static boolean isZero(byte[] bytes) {
        for (var one : bytes) {
            if (one != 0) {
                return false;
            }
        }
        return true;
    }
}
