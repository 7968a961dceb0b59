package dev.elevo.conformance;

import dev.elevo.conformance.dsl.Description;
import dev.elevo.conformance.dsl.Operation;
import dev.elevo.conformance.dsl.Trace;
import dev.elevo.conformance.report.Result;
import dev.elevo.conformance.report.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What the description has and no case saw: successes, and codes that no reason excuses. */
final class Coverage {
    private Coverage() {}

    /** Of endpoints of which a case is not offered, nothing is asked. */
    static List<String> gaps(Description description, List<Result> results) {
        var seen = new HashSet<String>();
        var excused = new HashSet<String>();
        for (var result : results) {
            result.seen().forEach(one -> seen.add(key(one.operation(), one.code())));
            if (result.has(Verdict.NOT_OFFERED)) {
                excused.add(result.tried().endpoint());
            }
        }
        var gaps = new ArrayList<String>();
        for (var operation : description.operations()) {
            if (!excused.contains(operation.name())) {
                gaps.addAll(gaps(operation, seen));
            }
        }
        return gaps;
    }

    private static List<String> gaps(Operation operation, Set<String> seen) {
        var gaps = new ArrayList<String>();
        if (!seen.contains(key(operation, 0))) {
            gaps.add(operation.name() + ": no success");
        }
        for (var code : operation.codes()) {
            if (!seen.contains(key(operation, code))
                    && Unprovoked.reason(operation, code).isEmpty()) {
                gaps.add(operation.name() + ": " + code);
            }
        }
        return gaps;
    }

    private static String key(Operation operation, int code) {
        return new Trace.Seen(operation, code).operation().name() + " " + code;
    }
}
