package dev.elevo.agent.files;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import java.util.Map;

/** Why a search was not begun, as the API says it. */
final class SearchFailures {
    private SearchFailures() {}

    /** @param asked what a refusal of the path is about */
    static Failure of(SearchRefusal refusal, FileFailures.Asked asked, Patterns patterns) {
        return switch (refusal.whose()) {
            case PATH -> FileFailures.of(new FileRefusal(FileRefusal.Whose.FIRST, refusal.number(), 0), asked);
            case PATTERN -> Failure.Invalid.field("pattern", words(refusal.number()), Excerpt.of(patterns.pattern()));
            case INCLUDE -> Failure.Invalid.field("include", words(0), Excerpt.of(patterns.include()));
            case EXCLUDE ->
                Failure.Invalid.field(patterns.excludeField() + "[" + refusal.number() + "]", words(0), null);
        };
    }

    /** What was asked for, as it is called there. */
    record Patterns(String pattern, String include, String excludeField) {}

    /** Our words for RE2's numbers; 0 is a glob. */
    private static String words(int number) {
        return switch (number) {
            case 0 -> "is no glob: a bracket or brace is not closed, or a range is empty";
            case 2 -> "is no regular expression: a backslash before what it cannot escape";
            case 3 -> "is no regular expression: there is no such class of characters";
            case 4 -> "is no regular expression: the range of characters is empty";
            case 5 -> "is no regular expression: a bracket [ is not closed";
            case 6 -> "is no regular expression: a parenthesis is not closed";
            case 7 -> "is no regular expression: a parenthesis is closed that was not opened";
            case 8 -> "is no regular expression: it ends in a backslash";
            case 9 -> "is no regular expression: there is nothing to repeat";
            case 10 -> "is no regular expression: repeated too often, or not a number of times";
            case 11 -> "is no regular expression: two repetitions in a row";
            case 12 -> "is no regular expression of RE2's syntax, which has no look-around and no back-references";
            case 13 -> "is no regular expression: it is no UTF-8";
            case 14 -> "is no regular expression: a group has no proper name";
            default -> "is too large a pattern";
        };
    }

    static Failure tooMany() {
        return new Failure.Refused(
                ErrorCode.RESOURCE_EXHAUSTED,
                "Too many searches at a time in this sandbox",
                Map.of("resource", "searches", "limit", Search.MOST_AT_A_TIME));
    }
}
