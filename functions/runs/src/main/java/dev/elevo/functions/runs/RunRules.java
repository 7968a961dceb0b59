package dev.elevo.functions.runs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.run.CreateArtifact;
import dev.elevo.contract.run.CreateRun;
import dev.elevo.contract.run.FinishRun;
import dev.elevo.contract.run.ReportPoints;
import dev.elevo.contract.run.RunLimits;
import dev.elevo.platform.dynamo.RecordRoom;
import dev.elevo.platform.http.Nulls;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of what clients send that annotations cannot say. */
final class RunRules {
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("+10000-01-01T00:00:00Z");

    private final List<FieldError> broken = new ArrayList<>();

    private RunRules() {}

    /** @param params as JSON */
    static void check(CreateRun wanted, String params) {
        var rules = new RunRules();
        rules.finite("params", wanted.params());
        rules.fits("params", params);
        Nulls.refuse("labels", wanted.labels(), rules.broken);
        rules.refuse();
    }

    /** @param summary as JSON */
    static void check(FinishRun wanted, @Nullable String summary) {
        var rules = new RunRules();
        if (summary != null) {
            rules.finite("summary", wanted.summary());
            rules.fits("summary", summary);
        }
        rules.refuse();
    }

    static void check(ReportPoints wanted) {
        var rules = new RunRules();
        for (int i = 0; i < wanted.points().size(); i++) {
            var point = wanted.points().get(i);
            if (!Double.isFinite(point.value())) {
                rules.broken.add(new FieldError("points[" + i + "].value", "must be a finite number", null));
            }
            var time = point.timestamp();
            if (time != null && (time.isBefore(EARLIEST) || !time.isBefore(LATEST))) {
                rules.broken.add(new FieldError("points[" + i + "].timestamp", "must be of the years 1 to 9999", time));
            }
        }
        rules.refuse();
    }

    static void check(List<String> lines) {
        var rules = new RunRules();
        long sum = 0;
        for (int i = 0; i < lines.size(); i++) {
            var bytes = lines.get(i).getBytes(StandardCharsets.UTF_8).length;
            if (bytes > RunLimits.LOG_LINE_BYTES) {
                rules.broken.add(new FieldError(
                        "lines[" + i + "]", "must have at most " + RunLimits.LOG_LINE_BYTES + " bytes", null));
            }
            sum += bytes;
        }
        rules.refuse();
        if (sum > RunLimits.LOG_REPORT_BYTES) {
            throw tooLarge("The lines", sum, RunLimits.LOG_REPORT_BYTES);
        }
    }

    static void check(CreateArtifact wanted) {
        var rules = new RunRules();
        if ((wanted.content() == null) == (wanted.source() == null)) {
            rules.broken.add(new FieldError("content", "is needed, or source, and not both", null));
        }
        Nulls.refuse("labels", wanted.labels(), rules.broken);
        Nulls.refuse("metadata", wanted.metadata(), rules.broken);
        if (!RecordRoom.holds(Arrays.asList(wanted.labels(), wanted.metadata()))) {
            rules.broken.add(new FieldError(
                    "metadata", "labels and metadata must be at most " + RecordRoom.BYTES + " bytes of JSON", null));
        }
        rules.refuse();
    }

    static RuntimeException tooLarge(String what, long size, long limit) {
        return new Failure.Refused(
                        ErrorCode.FILE_TOO_LARGE,
                        what + " must have at most " + limit + " bytes",
                        Map.of("size", size, "limit", limit))
                .asException();
    }

    /** JSON has numbers that no double holds, and none for what they would be read as. */
    private void finite(String field, @Nullable Object value) {
        switch (value) {
            case Map<?, ?> map -> map.forEach((name, inner) -> finite(field + "." + name, inner));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    finite(field + "[" + i + "]", list.get(i));
                }
            }
            case Double number
            when !Double.isFinite(number) -> broken.add(new FieldError(field, "must be a finite number", null));
            case null, default -> {}
        }
    }

    private void fits(String field, String json) {
        if (json.getBytes(StandardCharsets.UTF_8).length > RunLimits.OBJECT_BYTES) {
            broken.add(new FieldError(field, "must have at most " + RunLimits.OBJECT_BYTES + " bytes of JSON", null));
        }
    }

    private void refuse() {
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
    }
}
