package dev.elevo.platform.trace;

import dev.elevo.contract.trace.TraceContext;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The trace that what this thread does is a part of. Its ids are in every line that is logged meanwhile.
 *
 * @param parent the part that had this one done; absent for the first
 * @param state what others say about the trace to each other
 */
public record Trace(
        TraceContext context,
        @Nullable String parent,
        @Nullable String state) {
    private static final ThreadLocal<@Nullable Trace> CURRENT = new ThreadLocal<>();

    /**
     * A part of the trace that the headers name, else the beginning of one.
     *
     * @param sampled whether one that begins here is collected
     */
    public static Trace of(@Nullable String parent, @Nullable String state, boolean sampled) {
        return TraceContext.parse(parent)
                .map(context -> new Trace(
                        context.child(),
                        context.spanId(),
                        TraceContext.state(state).orElse(null)))
                .orElseGet(() -> new Trace(TraceContext.begun(sampled), null, null));
    }

    public static Optional<Trace> current() {
        return Optional.ofNullable(CURRENT.get());
    }

    /** From here on this thread works for it. */
    public void enter() {
        CURRENT.set(this);
        MDC.put(TraceContext.TRACE_ID, context.traceId());
        MDC.put(TraceContext.SPAN_ID, context.spanId());
    }

    public static void leave() {
        CURRENT.remove();
        MDC.remove(TraceContext.TRACE_ID);
        MDC.remove(TraceContext.SPAN_ID);
    }

    /** To whoever is asked to do a part of it. */
    public void headers(BiConsumer<String, String> header) {
        header.accept(TraceContext.TRACE_PARENT, context.header());
        if (state != null) {
            header.accept(TraceContext.TRACE_STATE, state);
        }
    }

    /** The same of work that has no result. */
    public static Runnable carrying(Runnable work) {
        var carried = carried(Executors.callable(work));
        return () -> {
            try {
                carried.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("no checked one comes out of a Runnable", e);
            }
        };
    }

    /** Work that another thread does for this one: all that is in this one's log lines is in its, too. */
    public static <T> Callable<T> carried(Callable<T> work) {
        var trace = CURRENT.get();
        var said = MDC.getCopyOfContextMap();
        return () -> {
            MDC.setContextMap(said == null ? Map.of() : said);
            if (trace != null) {
                CURRENT.set(trace);
            }
            try {
                return work.call();
            } finally {
                CURRENT.remove();
                MDC.clear();
            }
        };
    }
}
