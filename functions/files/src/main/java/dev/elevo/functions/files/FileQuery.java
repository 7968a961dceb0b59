package dev.elevo.functions.files;

import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.sandbox.Rules;
import dev.elevo.platform.paging.Query;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the queries of files have in common. */
final class FileQuery {
    private static final Pattern USERNAME = Pattern.compile(Rules.USERNAME);
    private static final int LONGEST_USERNAME = 32;
    /** More than any path has; how long one may be is its own rule. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    private FileQuery() {}

    static @Nullable String user(Query query) {
        var user = query.text("user", 1, LONGEST_USERNAME);
        if (user != null && !USERNAME.matcher(user).matches()) {
            query.refuse("user", Rules.words(Rules.USERNAME), user);
            return null;
        }
        return user;
    }

    /** Digits alone are a number in JSON and octal as text; in a query, where all is text, octal is what has a leading zero. */
    static @Nullable FileMode mode(Query query) {
        var text = query.text("mode");
        if (text == null) {
            return null;
        }
        var mode = text.startsWith("0") && text.length() > 1
                ? FileMode.ofOctal(text)
                : NUMBER.matcher(text).matches() && text.length() < 10
                        ? FileMode.ofNumber(Long.parseLong(text))
                        : FileMode.ofOctal(text);
        if (mode.isEmpty()) {
            query.refuse("mode", FileMode.RULE, text);
        }
        return mode.orElse(null);
    }
}
