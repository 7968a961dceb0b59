package dev.elevo.platform.trace;

/**
 * Is told of each sampled request when it has ended; where there is one, traces that begin here are sampled. Called on the request's
 * thread: it must not wait for anything.
 */
public interface SpanListener {
    void ended(Span span);
}
