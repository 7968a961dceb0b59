package dev.elevo.conformance.report;

import dev.elevo.conformance.dsl.Case;
import dev.elevo.conformance.dsl.Trace;
import java.util.List;

/**
 * How a case ended.
 *
 * @param why the reason of what did not pass
 * @param exchange the last that was asked and answered, of what failed
 * @param seen which endpoints answered, and with what
 */
public record Result(Case tried, Verdict verdict, String why, String exchange, long millis, List<Trace.Seen> seen) {

    public boolean has(Verdict wanted) {
        return verdict == wanted;
    }
}
