package dev.elevo.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailureTest {

    @Test
    void a_client_that_waits_as_told_finds_the_door_open() {
        var soon = new Failure.Limited(60, Instant.EPOCH, Duration.ofMillis(1001));
        var atOnce = new Failure.Limited(60, Instant.EPOCH, Duration.ZERO);

        assertThat(soon.retryAfterSeconds()).isEqualTo(2);
        assertThat(atOnce.retryAfterSeconds()).isEqualTo(1);
        assertThat(soon.details()).containsEntry("retryAfter", 2L).containsEntry("remaining", 0);
    }

    @Test
    void at_most_fifty_broken_fields_are_told() {
        var fields = IntStream.range(0, 80)
                .mapToObj(i -> new FieldError("f" + i, "is wrong", null))
                .toList();

        assertThat(new Failure.Invalid(fields).fields()).hasSize(50);
    }

    @Test
    void an_offending_value_is_cut() {
        assertThat(new FieldError("name", "too long", "x".repeat(1000)).value()).isEqualTo("x".repeat(200));
        assertThat(new FieldError("cpu", "too many", 97).value()).isEqualTo(97);
    }

    @Test
    void the_envelope_names_the_code_and_leaves_out_what_is_absent() {
        var refused = new Failure.Refused(ErrorCode.SANDBOX_NOT_FOUND, "no such sandbox");

        var bare = ErrorBody.of(refused, "req-1", null).error();
        var documented =
                ErrorBody.of(refused, "req-1", "https://docs.example/errors").error();

        assertThat(bare.code()).isEqualTo(2001);
        assertThat(bare.name()).isEqualTo("SANDBOX_NOT_FOUND");
        assertThat(bare.details()).isNull();
        assertThat(bare.docUrl()).isNull();
        assertThat(documented.docUrl()).isEqualTo("https://docs.example/errors/2001");
    }

    @Test
    void the_cause_goes_to_the_log_and_not_to_the_client() {
        var cause = new IllegalStateException("table elevo on 10.0.0.7 refused");
        var exception =
                new Failure.Unavailable("the state store does not answer", Duration.ofSeconds(1)).causedBy(cause);

        assertThat(exception).hasCause(cause);
        assertThat(exception.getMessage()).doesNotContain("10.0.0.7");
        assertThat(exception.failure().details()).isEmpty();
        assertThat(exception.failure().status()).isEqualTo(503);
    }

    @Test
    void a_single_broken_field_is_named_in_the_message() {
        assertThat(Failure.Invalid.field("resources.cpu", "must be at least 1", 0)
                        .message())
                .isEqualTo("resources.cpu: must be at least 1");
        assertThat(new Failure.Invalid(List.of(new FieldError("a", "b", null), new FieldError("c", "d", null)))
                        .message())
                .isEqualTo("2 fields are invalid");
    }
}
