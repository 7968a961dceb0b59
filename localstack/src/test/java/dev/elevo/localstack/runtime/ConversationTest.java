package dev.elevo.localstack.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final Conversation conversation = new Conversation();
    private final Invocation work = new Invocation("{}", Instant.MAX);

    @Test
    void who_asks_first_is_given_what_comes() {
        var asked = conversation.next().orElseThrow();
        assertThat(asked).isNotDone();

        conversation.begin(work);

        assertThat(asked).isCompletedWithValue(work);
    }

    @Test
    void what_comes_first_waits_to_be_asked_for() {
        conversation.begin(work);

        assertThat(conversation.next().orElseThrow()).isCompletedWithValue(work);
    }

    @Test
    void asking_is_how_a_function_says_that_it_has_started() {
        assertThat(conversation.started()).isNotDone();

        conversation.next();

        assertThat(conversation.started()).isCompleted();
    }

    @Test
    void one_who_asked_and_went_away_is_given_nothing() {
        conversation.next().orElseThrow().cancel(false);

        conversation.begin(work);

        assertThat(conversation.next().orElseThrow()).isCompletedWithValue(work);
    }

    @Test
    void nothing_more_is_handed_out_before_the_first_is_done() {
        conversation.begin(work);
        conversation.next();

        assertThat(conversation.next()).isEmpty();
        assertThatThrownBy(() -> conversation.begin(new Invocation("{}", Instant.MAX)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void an_invocation_is_finished_once_and_by_its_own_id() {
        conversation.begin(work);
        assertThat(conversation.finish(work.id())).as("nobody has fetched it").isEmpty();
        conversation.next();

        assertThat(conversation.finish("another")).isEmpty();
        assertThat(conversation.finish(work.id())).contains(work);
        assertThat(conversation.finish(work.id())).isEmpty();
    }

    @Test
    void the_end_fails_what_is_under_way_and_all_that_comes() {
        conversation.begin(work);
        conversation.next();
        var later = new Invocation("{}", Instant.MAX);

        conversation.end("killed");
        conversation.begin(later);

        assertFailed(work, "killed");
        assertFailed(later, "killed");
    }

    @Test
    void the_first_reason_for_an_end_is_the_true_one() {
        conversation.end("the handler is missing");
        conversation.end("exit code 1");
        conversation.begin(work);

        assertFailed(work, "the handler is missing");
        assertThat(conversation.started()).isCompletedExceptionally();
    }

    private static void assertFailed(Invocation invocation, String why) {
        assertThatThrownBy(() -> invocation.result().join())
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(FunctionFailedException.class)
                .hasMessageContaining(why);
    }
}
