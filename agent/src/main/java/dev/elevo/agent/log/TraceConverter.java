package dev.elevo.agent.log;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.elevo.contract.trace.TraceContext;
import io.micronaut.http.context.ServerRequestContext;

/**
 * The trace and the part of it that the call under way belongs to. Looked up where something is logged, which few calls do, so that
 * the others need not remember it.
 */
public final class TraceConverter extends ClassicConverter {
    private static final String NONE = "- -";

    @Override
    public String convert(ILoggingEvent event) {
        var said = event.getMDCPropertyMap();
        var trace = said.get(TraceContext.TRACE_ID);
        if (trace != null) {
            return trace + " " + said.get(TraceContext.SPAN_ID);
        }
        return ServerRequestContext.currentRequest()
                .flatMap(request -> TraceContext.parse(request.getHeaders().get(TraceContext.TRACE_PARENT)))
                .map(context -> context.traceId() + " " + context.spanId())
                .orElse(NONE);
    }
}
