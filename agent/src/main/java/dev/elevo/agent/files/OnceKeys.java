package dev.elevo.agent.files;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does what has a key once, and gives every repeat the answer of the first. A caller whose connection broke asks again at once, so
 * the last two thousand are remembered, and not those before a restart. What failed may be tried again.
 */
final class OnceKeys {
    private static final int MOST = 2048;

    private final Map<String, CompletableFuture<Object>> answers = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<Object>> eldest) {
            return size() > MOST;
        }
    };

    <T> T run(String sandboxId, @Nullable String key, Class<T> type, Supplier<T> work) {
        if (key == null) {
            return work.get();
        }
        var mine = new CompletableFuture<Object>();
        CompletableFuture<Object> first;
        synchronized (answers) {
            first = answers.putIfAbsent(sandboxId + "/" + key, mine);
        }
        if (first != null) {
            return type.cast(answerOf(first));
        }
        try {
            var answer = work.get();
            mine.complete(answer);
            return answer;
        } catch (RuntimeException e) {
            synchronized (answers) {
                answers.remove(sandboxId + "/" + key, mine);
            }
            mine.completeExceptionally(e);
            throw e;
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
