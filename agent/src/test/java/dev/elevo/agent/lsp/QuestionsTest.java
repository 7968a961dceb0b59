package dev.elevo.agent.lsp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.eclipse.lsp4j.Hover;
import org.eclipse.lsp4j.HoverParams;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.jsonrpc.json.MessageJsonHandler;
import org.eclipse.lsp4j.jsonrpc.services.ServiceEndpoints;
import org.eclipse.lsp4j.services.LanguageServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuestionsTest {
    private final List<String> said = new ArrayList<>();
    private final Questions questions = new Questions(
            new MessageJsonHandler(ServiceEndpoints.getSupportedMethods(LanguageServer.class)), said::add);
    private final LanguageServer server = ServiceEndpoints.toServiceObject(questions, LanguageServer.class);

    @Test
    void an_answer_reaches_who_asked() {
        var answer = hover();
        assertThat(said.getFirst()).contains("\"method\":\"textDocument/hover\"", "\"id\":1");

        assertThat(answer("1", "\"result\":{\"contents\":\"known\"}")).isTrue();

        assertThat(answer.join().getContents().getLeft().getFirst().getLeft()).isEqualTo("known");
        Questions.leave(answer);
        assertThat(questions.pending()).isZero();
        assertThat(answer("1", "\"result\":null")).as("a second time").isFalse();
    }

    @Test
    void nobody_waits_for_what_nobody_asked() {
        assertThat(answer("1", "\"result\":null")).isFalse();
        assertThat(said).isEmpty();
    }

    @Test
    void a_question_that_nobody_waits_for_any_more_is_cancelled_and_forgotten() {
        for (int i = 0; i < 1000; i++) {
            Questions.leave(hover());
        }

        assertThat(questions.pending()).isZero();
        assertThat(said.getLast()).contains("$/cancelRequest", "\"id\":1000");
        assertThat(answer("1000", "\"result\":null")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"result\":{\"contents\":{\"kind\":[1]}}",
                "\"result\":[7]",
                "\"result\":\"x\"",
                "\"method\":\"textDocument/hover\"",
                "\"error\":7",
                "\"result\":{\"contents\":\"a\",\"range\":{\"start\":[]}}"
            })
    void an_answer_of_another_shape_is_unreadable_and_that_answers_end_alone(String rest) {
        var answer = hover();

        assertThat(answer("1", rest)).isFalse();

        assertThatThrownBy(answer::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(UnreadableAnswerException.class);
        assertThat(questions.pending()).isZero();
    }

    @Test
    void a_refusal_is_told_in_few_words() {
        var answer = hover();

        answer("1", "\"error\":{\"code\":-32603,\"message\":\"" + "x".repeat(100_000) + "\",\"data\":[1]}");

        assertThatThrownBy(answer::join).cause().isInstanceOfSatisfying(ServerRefusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(-32603);
            assertThat(refusal.words()).hasSizeLessThan(1000);
        });
    }

    @Test
    void all_learn_that_the_server_is_gone() {
        var answer = hover();

        questions.end(new ServerEnd.Lost());

        assertThatThrownBy(answer::join).hasCauseInstanceOf(ServerGoneException.class);
    }

    private CompletableFuture<Hover> hover() {
        return server.getTextDocumentService()
                .hover(new HoverParams(new TextDocumentIdentifier("file:///a"), new Position(0, 0)));
    }

    private boolean answer(String id, String rest) {
        var message = "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + rest + "}";
        return questions.answer(new Envelope.Id(id, true), message.getBytes(UTF_8), MessageRoom.Place.free());
    }
}
