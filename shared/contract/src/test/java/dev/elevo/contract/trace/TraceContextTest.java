package dev.elevo.contract.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @Test
    void what_is_well_formed_is_read_and_written_as_it_was() {
        var header = "00-" + TRACE + "-" + SPAN + "-01";

        assertThat(TraceContext.parse(header)).contains(new TraceContext(TRACE, SPAN, true));
        assertThat(TraceContext.parse(header).orElseThrow().header()).isEqualTo(header);
        assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-00")
                        .orElseThrow()
                        .sampled())
                .isFalse();
        // Bits that are not known are not passed on.
        assertThat(TraceContext.parse("00-" + TRACE + "-" + SPAN + "-ff")
                        .orElseThrow()
                        .header())
                .isEqualTo(header);
    }

    @Test
    void a_later_version_may_say_more() {
        assertThat(TraceContext.parse("cc-" + TRACE + "-" + SPAN + "-01-what-the-future-has"))
                .contains(new TraceContext(TRACE, SPAN, true));
        assertThat(TraceContext.parse("cc-" + TRACE + "-" + SPAN + "-01"))
                .contains(new TraceContext(TRACE, SPAN, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01,00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0x",
                "00-0af7651916cd43dd8448eb211c80319c\n-b7ad6b716920333-01"
            })
    void anything_else_is_as_if_it_had_not_come(String header) {
        assertThat(TraceContext.parse(header)).isEmpty();
    }

    @Test
    void a_part_has_an_id_of_its_own_in_the_same_trace() {
        var begun = TraceContext.begun(false);
        var child = begun.child();

        assertThat(TraceContext.parse(begun.header())).contains(begun);
        assertThat(child.traceId()).isEqualTo(begun.traceId());
        assertThat(child.spanId()).isNotEqualTo(begun.spanId());
        assertThat(TraceContext.begun(false).traceId()).isNotEqualTo(begun.traceId());
    }

    @Test
    void a_state_is_text_of_a_modest_length() {
        assertThat(TraceContext.state("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"))
                .isPresent();
        assertThat(TraceContext.state(null)).isEmpty();
        assertThat(TraceContext.state("")).isEmpty();
        assertThat(TraceContext.state("a=b\r\nx: y")).isEmpty();
        assertThat(TraceContext.state("x".repeat(513))).isEmpty();
    }
}
