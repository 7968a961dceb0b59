package dev.elevo.agent.files;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does what has a key once, and gives every repeat the answer of the first. A caller whose connection broke asks again at once, so
 * the last two thousand are remembered as far as there is room for them, and not those before a restart. What failed may be tried
 * again.
 */
final class OnceKeys {
    private static final int MOST = 2048;
    private static final long MOST_LETTERS = 16L << 20;

    private final Map<String, Kept> answers = new LinkedHashMap<>();
    private long letters;

    /** @param letters about so many are in the answer */
    private record Kept(int letters, CompletableFuture<Object> answer) {}

    /** @param letters about so many will be in the answer: those of the paths in it */
    <T> T run(String sandboxId, @Nullable String key, int letters, Class<T> type, Supplier<T> work) {
        if (key == null) {
            return work.get();
        }
        var name = sandboxId + "/" + key;
        var mine = new Kept(letters, new CompletableFuture<>());
        var first = first(name, mine);
        if (first != null) {
            return type.cast(answerOf(first.answer));
        }
        try {
            var answer = work.get();
            mine.answer.complete(answer);
            return answer;
        } catch (RuntimeException e) {
            forget(name, mine);
            mine.answer.completeExceptionally(e);
            throw e;
        }
    }

    /** Null where it is this one, which is kept now. */
    private synchronized @Nullable Kept first(String name, Kept mine) {
        var first = answers.putIfAbsent(name, mine);
        if (first == null) {
            letters += mine.letters;
            var eldest = answers.values().iterator();
            while (answers.size() > MOST || (letters > MOST_LETTERS && answers.size() > 1)) {
                letters -= eldest.next().letters;
                eldest.remove();
            }
        }
        return first;
    }

    private synchronized void forget(String name, Kept mine) {
        if (answers.remove(name, mine)) {
            letters -= mine.letters;
        }
    }

    private static Object answerOf(CompletableFuture<Object> first) {
        try {
            return first.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw e;
        }
    }
}
