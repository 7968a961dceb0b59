package dev.elevo.platform.dynamo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What many want of a table at the same moment goes there as one request, of which each would cost as much as all. Who finds
 * nobody under way goes at once and alone; those who come meanwhile go together behind him. Nobody is answered by a request
 * that left before he asked, so each sees what he would have seen alone.
 *
 * @param <Q> a question
 * @param <A> its answer
 */
public final class Together<Q, A> {
    private final int most;
    private final Function<List<Q>, List<A>> request;
    private final ConcurrentLinkedQueue<Wish<Q, A>> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock turn = new ReentrantLock();

    /**
     * Nothing is under way yet.
     *
     * @param most questions of one request
     * @param request answers questions in their order. When it fails for several, each of them is asked for once more, alone: what was
     *     wrong with one is no other's matter. So asking twice must do no harm
     */
    public Together(int most, Function<List<Q>, List<A>> request) {
        this.most = most;
        this.request = request;
    }

    public A ask(Q question) {
        var mine = new Wish<Q, A>(question);
        waiting.add(mine);
        turn.lock();
        try {
            while (mine.outcome == null) {
                answerTheNext();
            }
        } finally {
            turn.unlock();
        }
        return mine.outcome instanceof Failed<A> failed && failed.shared()
                ? request.apply(List.of(question)).getFirst()
                : mine.answer();
    }

    private void answerTheNext() {
        var wishes = new ArrayList<Wish<Q, A>>();
        for (var next = waiting.poll(); next != null; next = wishes.size() < most ? waiting.poll() : null) {
            wishes.add(next);
        }
        try {
            var answers =
                    request.apply(wishes.stream().map(wish -> wish.question).toList());
            for (int i = 0; i < wishes.size(); i++) {
                wishes.get(i).outcome = new Answered<>(answers.get(i));
            }
        } catch (RuntimeException e) {
            wishes.forEach(wish -> wish.outcome = new Failed<>(e, wishes.size() > 1));
        } catch (Error e) {
            wishes.forEach(
                    wish -> wish.outcome = new Failed<>(new IllegalStateException("the request broke", e), false));
            throw e;
        }
    }

    private sealed interface Outcome<A> {}

    private record Answered<A>(A answer) implements Outcome<A> {}

    /** @param shared by others whose fault it may have been */
    private record Failed<A>(RuntimeException why, boolean shared) implements Outcome<A> {}

    /** Only ever touched by whoever has the turn, after it was asked. */
    private static final class Wish<Q, A> {
        private final Q question;
        private @Nullable Outcome<A> outcome;

        Wish(Q question) {
            this.question = question;
        }

        A answer() {
            return switch (outcome) {
                case Answered<A>(var answer) -> answer;
                case Failed<A> failed -> throw failed.why();
                case null -> throw new IllegalStateException("not answered");
            };
        }
    }
}
