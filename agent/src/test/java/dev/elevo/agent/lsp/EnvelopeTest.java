package dev.elevo.agent.lsp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {
    @Test
    void what_a_message_is_about_is_found_wherever_it_stands() throws Exception {
        var request = envelope("{\"params\":{\"id\":1,\"method\":\"x\"},\"method\":\"a/b\",\"id\":\"7\"}");
        assertThat(request.method()).isEqualTo("a/b");
        assertThat(request.id()).isEqualTo(new Envelope.Id("7", false));

        var answer = envelope("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":[[],{\"id\":8}]}");
        assertThat(answer.method()).isNull();
        assertThat(answer.id()).isEqualTo(new Envelope.Id("7", true));
        assertThat(answer.parts()).isBetween(10, 16);

        assertThat(envelope("{\"id\":null}").id()).isNull();
        assertThat(envelope("{\"id\":{\"a\":1},\"method\":[1]}"))
                .extracting("id", "method")
                .containsOnlyNulls();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "{", "{}{}", "{\"id\":", "{'id':1", "nothing", "{\"a\":]}"})
    void what_is_no_message_is_garbage(String text) {
        assertThatThrownBy(() -> envelope(text)).hasMessage("garbage");
    }

    @Test
    void what_is_nested_deeper_than_any_answer_is_garbage() {
        assertThatThrownBy(() -> envelope("{\"result\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"))
                .hasMessage("garbage");
    }

    @Test
    void a_name_of_any_length_is_no_id() {
        assertThatThrownBy(() -> envelope("{\"id\":\"" + "x".repeat(1000) + "\"}"))
                .hasMessage("garbage");
    }

    /** As objects these would be more than a hundred megabytes. */
    @Test
    void a_message_of_countless_little_things_is_too_large() {
        assertThatThrownBy(() -> envelope("{\"id\":1,\"result\":[" + "[],".repeat(1_300_000) + "[]]}"))
                .hasMessage("message_too_large");
    }

    private static Envelope envelope(String text) throws BrokenServerException {
        return Envelope.of(text.getBytes(UTF_8));
    }
}
