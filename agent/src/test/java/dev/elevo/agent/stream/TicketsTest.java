package dev.elevo.agent.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.agent.TicketRequest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TicketsTest {
    private static final TicketRequest REQUEST =
            new TicketRequest(new StreamTarget(StreamTarget.PTY, Map.of("pid", "7")), List.of("https://ours.example"));

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Tickets tickets = new Tickets(() -> now);

    @Test
    void a_ticket_is_good_once() {
        var ticket = tickets.issue("sbx-a", REQUEST);

        assertThat(tickets.redeem(ticket.token()).target()).isEqualTo(REQUEST.target());
        assertThat(codeOf(ticket.token())).isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @Test
    void a_ticket_is_good_for_a_minute() {
        var used = tickets.issue("sbx-a", REQUEST);
        var late = tickets.issue("sbx-a", REQUEST);

        now = now.plusSeconds(59);
        assertThat(codeOf(used.token())).isNull();
        now = now.plusSeconds(1);
        assertThat(codeOf(late.token())).isEqualTo(ErrorCode.TOKEN_EXPIRED);
        assertThat(codeOf(late.token())).isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @Test
    void what_was_never_issued_is_refused() {
        assertThat(codeOf("")).isEqualTo(ErrorCode.INVALID_TOKEN);
        assertThat(codeOf("x".repeat(10_000))).isEqualTo(ErrorCode.INVALID_TOKEN);
    }

    @Test
    void it_names_the_pages_that_may_use_it() {
        var ticket = tickets.redeem(tickets.issue("sbx-a", REQUEST).token());

        assertThat(ticket.allows("https://ours.example")).isTrue();
        assertThat(ticket.allows("https://theirs.example")).isFalse();
    }

    @Test
    void those_that_nobody_uses_are_so_many_and_no_more() {
        for (var i = 0; i < 256; i++) {
            tickets.issue("sbx-a", REQUEST);
        }
        assertExhausted("sbx-a");
        for (var i = 0; i < 4096 - 256; i++) {
            tickets.issue("sbx-" + i, REQUEST);
        }
        assertExhausted("sbx-b");

        now = now.plusSeconds(120);
        assertThat(codeOf(tickets.issue("sbx-a", REQUEST).token())).isNull();
    }

    private void assertExhausted(String sandboxId) {
        var thrown = catchThrowableOfType(ApiException.class, () -> tickets.issue(sandboxId, REQUEST));
        assertThat(thrown.failure().code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
    }

    private @Nullable ErrorCode codeOf(String token) {
        var thrown = catchThrowableOfType(ApiException.class, () -> tickets.redeem(token));
        return thrown == null ? null : thrown.failure().code();
    }
}
