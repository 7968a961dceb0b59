package dev.elevo.functions.files;

import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepMatch;
import dev.elevo.contract.files.GrepResult;
import dev.elevo.platform.lambda.AnswerSize;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Keeps what was found within what an answer carries: the first of it, and the word that there was more. */
final class SearchRoom {
    /** Around a text: quotes, which are escaped once more, and a comma. */
    private static final int AROUND_TEXT = 8;

    /** Around a match: its names and its numbers. */
    private static final int AROUND_MATCH = 200;

    private SearchRoom() {}

    static FindResult fit(FindResult result) {
        var matches = first(result.matches(), SearchRoom::of);
        return matches.size() == result.matches().size() ? result : new FindResult(matches, true);
    }

    static GrepResult fit(GrepResult result) {
        var matches = first(result.matches(), SearchRoom::of);
        return matches.size() == result.matches().size() ? result : new GrepResult(matches, true);
    }

    private static <T> List<T> first(List<T> matches, ToLongFunction<T> size) {
        long taken = 0;
        for (int i = 0; i < matches.size(); i++) {
            taken += size.applyAsLong(matches.get(i));
            if (taken > AnswerSize.MOST_BYTES) {
                return matches.subList(0, i);
            }
        }
        return matches;
    }

    private static long of(String text) {
        return AROUND_TEXT + AnswerSize.of(text);
    }

    private static long of(GrepMatch match) {
        return AROUND_MATCH
                + of(match.file())
                + of(match.content())
                + of(match.contextBefore())
                + of(match.contextAfter());
    }

    private static long of(@Nullable List<String> lines) {
        return lines == null ? 0 : lines.stream().mapToLong(SearchRoom::of).sum();
    }
}
