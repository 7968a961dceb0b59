package dev.elevo.conformance;

import dev.elevo.conformance.dsl.Codes;
import dev.elevo.conformance.dsl.Description;
import dev.elevo.conformance.dsl.Operation;
import dev.elevo.conformance.dsl.Trace.Seen;
import dev.elevo.conformance.report.Result;
import dev.elevo.conformance.report.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What the description and the table of errors have and no case saw: successes, and codes that no reason excuses. */
final class Coverage {
    private final List<Operation> operations;
    private final Set<Seen> seen;
    /** Of endpoints of which a case is not offered, nothing is asked. */
    private final Set<String> notOffered;

    Coverage(Description description, List<Result> results) {
        operations = description.operations();
        seen = results.stream().flatMap(result -> result.seen().stream()).collect(Collectors.toSet());
        notOffered = results.stream()
                .filter(result -> result.has(Verdict.NOT_OFFERED))
                .map(result -> result.tried().endpoint())
                .collect(Collectors.toSet());
    }

    List<String> gaps() {
        var gaps = new ArrayList<>(ofEndpoints());
        gaps.addAll(ofCodes());
        gaps.addAll(ofExcuses());
        return gaps;
    }

    /** Those that excuse nothing that was not seen. Where something is not offered nobody can tell. */
    List<String> ofExcuses() {
        return notOffered.isEmpty()
                ? Unprovoked.EXCUSES.stream()
                        .filter(excuse -> operations.stream()
                                .noneMatch(operation -> operation.codes().stream()
                                        .anyMatch(code -> excuse.covers(operation, code)
                                                && !seen.contains(new Seen(operation.name(), code)))))
                        .map(excuse -> "excused for nothing: " + excuse.codes() + ", " + excuse.reason())
                        .toList()
                : List.of();
    }

    List<String> ofEndpoints() {
        return operations.stream()
                .filter(operation -> !notOffered.contains(operation.name()))
                .map(this::of)
                .flatMap(Collection::stream)
                .toList();
    }

    private List<String> of(Operation operation) {
        var gaps = new ArrayList<String>();
        if (!seen.contains(new Seen(operation.name(), 0))) {
            gaps.add(operation.name() + ": no success");
        }
        for (var code : operation.codes()) {
            if (!seen.contains(new Seen(operation.name(), code))
                    && Unprovoked.reason(operation, code).isEmpty()) {
                gaps.add(operation.name() + ": " + code);
            }
        }
        return gaps;
    }

    /** Which no endpoint is described with. Where something that is none is not offered, its codes are not asked for. */
    List<String> ofCodes() {
        var names = operations.stream().map(Operation::name).collect(Collectors.toSet());
        if (!names.containsAll(notOffered)) {
            return List.of();
        }
        var codes = Codes.all();
        operations.forEach(operation -> codes.removeAll(operation.codes()));
        seen.forEach(one -> codes.remove(one.code()));
        codes.removeIf(code -> Unprovoked.reason(code).isPresent());
        return codes.stream().map(code -> "no endpoint: " + code).toList();
    }
}
