package dev.elevo.contract;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ErrorCodeTest {
    /** The statuses the contract allows an error to have. */
    private static final Set<Integer> STATUSES =
            Set.of(400, 401, 403, 404, 409, 413, 422, 429, 500, 501, 502, 503, 507);

    @Test
    void numbers_are_unique_and_found_again() {
        assertThat(ErrorCode.values()).extracting(ErrorCode::number).doesNotHaveDuplicates();
        assertThat(ErrorCode.values())
                .allSatisfy(
                        code -> assertThat(ErrorCode.ofNumber(code.number())).isSameAs(code));
        assertThat(ErrorCode.ofNumber(1)).isNull();
    }

    @Test
    void statuses_are_those_of_the_contract() {
        assertThat(ErrorCode.values()).extracting(ErrorCode::status).allMatch(STATUSES::contains);
    }

    @Test
    void the_name_agrees_with_the_status() {
        assertThat(named("_NOT_FOUND")).allMatch(code -> code.status() == 404);
        assertThat(named("_LIMIT_EXCEEDED")).allMatch(code -> code.status() == 429);
        assertThat(named("_EXISTS")).allMatch(code -> code.status() == 409);
        assertThat(named("_TIMEOUT")).allMatch(code -> code.status() == 503);
    }

    @Test
    void only_what_time_can_heal_is_retryable() {
        assertThat(Stream.of(ErrorCode.values()).filter(ErrorCode::retryable))
                .extracting(ErrorCode::status)
                .containsOnly(429, 503);
    }

    @Test
    void the_documented_catalogue_is_the_real_one() {
        new GoldenFile("docs/errors.md").mustEqual(document());
    }

    private static List<ErrorCode> named(String suffix) {
        var codes = Stream.of(ErrorCode.values())
                .filter(code -> code.name().endsWith(suffix))
                .toList();
        assertThat(codes).isNotEmpty();
        return codes;
    }

    private static String document() {
        var text = new StringBuilder("""
                # Errors

                Every answer that is not a success has the body
                `{"error": {"code", "name", "message", "details"?, "requestId", "docUrl"?}}`.
                Decide by `code`: it never changes its meaning. `message` is for people. *Retry* says whether the same request may
                succeed later without being changed; wait for `Retry-After` when it is there.

                This page is generated from `ErrorCode` (`ErrorCodeTest`, `-Dgolden=write`).
                """);
        var groups = Stream.of(ErrorCode.values())
                .sorted(Comparator.comparingInt(ErrorCode::number))
                .collect(groupingBy(ErrorCodeTest::group, LinkedHashMap::new, toList()));
        groups.forEach((group, codes) -> {
            text.append("\n## ")
                    .append(group)
                    .append("\n\n| Code | Name | HTTP | Retry | Meaning |\n|---|---|---|---|---|\n");
            codes.forEach(code -> text.append("| <a id=\"%1$d\"></a>%1$d | `%2$s` | %3$s | %4$s | %5$s |\n"
                    .formatted(
                            code.number(),
                            code.name(),
                            code.status(),
                            code.retryable() ? "yes" : "no",
                            code.meaning())));
        });
        return text.toString();
    }

    private static String group(ErrorCode code) {
        return switch (code.number() / 100) {
            case 10 -> "Authentication";
            case 20 -> "Sandbox";
            case 30 -> "Files";
            case 40 -> "Processes and sessions";
            case 41 -> "Terminals";
            case 50 -> "Git";
            case 60 -> "Language servers";
            case 70 -> "Snapshots";
            case 71 -> "Volumes";
            case 90 -> "System";
            default -> throw new AssertionError(code + " belongs to no group of the documentation");
        };
    }
}
