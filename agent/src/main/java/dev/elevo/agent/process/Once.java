package dev.elevo.agent.process;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What must not be done twice because its answer was lost. A deed that failed may be tried again. */
final class Once {
    private static final int MOST_REMEMBERED = 4096;

    private final Map<String, CompletableFuture<Object>> done = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<Object>> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** Something with an answer. */
    interface Deed<T> {
        T doIt() throws IOException, InterruptedException;
    }

    <T> T doOnce(@Nullable String key, Class<T> type, Deed<T> deed) throws IOException, InterruptedException {
        if (key == null) {
            return deed.doIt();
        }
        var mine = new CompletableFuture<Object>();
        CompletableFuture<Object> first;
        synchronized (done) {
            first = done.putIfAbsent(key, mine);
        }
        if (first != null) {
            return type.cast(answerOf(first));
        }
        try {
            var answer = deed.doIt();
            mine.complete(answer);
            return answer;
        } catch (IOException | InterruptedException | RuntimeException e) {
            synchronized (done) {
                done.remove(key, mine);
            }
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /** Whoever repeats what is under way is told of its failure as the first is. */
    static <T> T answerOf(CompletableFuture<T> first) throws IOException {
        try {
            return first.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw e.getCause() instanceof IOException known
                    ? known
                    : new IOException("what was under way has failed", e);
        }
    }
}
