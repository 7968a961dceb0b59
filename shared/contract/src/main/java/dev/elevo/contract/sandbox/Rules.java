package dev.elevo.contract.sandbox;

import static java.util.Map.entry;

import java.util.Map;
import java.util.regex.Pattern;

/** The patterns of the contract's shared types, and what they say in words. */
public final class Rules {
    public static final String NAME = "^[a-z0-9][a-z0-9-]*[a-z0-9]$";
    public static final String LABEL_KEY = "^[A-Za-z0-9._-]{1,63}$";
    public static final String ENV_NAME = "^[A-Za-z_][A-Za-z0-9_]*$";
    public static final String USERNAME = "^[a-z_][a-z0-9_-]*[$]?$";
    public static final String PATH = "^/[^\\x00]*$";
    public static final String URL_PATH = "^/.*";
    public static final String MOUNT_PATH = "^/[a-zA-Z0-9_/-]+$";
    public static final String SESSION_ID = "^[A-Za-z0-9_-]{1,64}$";
    public static final String COMMIT_ID = "^[0-9a-fA-F]{7,40}$";
    public static final String METRIC_NAME = "^[A-Za-z0-9_./-]{1,100}$";
    public static final String ARTIFACT_NAME = "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$";

    /** A scope, globs included. Lists of them are told to others with commas, so none has one. */
    public static final String PERMISSION = "^[A-Za-z0-9:._*?/-]+$";

    private static final Pattern CHOICE = Pattern.compile("[A-Za-z0-9_-]+(\\|[A-Za-z0-9_-]+)+");
    private static final Map<String, String> WORDS = Map.ofEntries(
            entry(NAME, "must be lower-case letters, digits and hyphens, with a letter or digit at both ends"),
            entry(LABEL_KEY, "must have keys of 1 to 63 letters, digits, dots, underscores and hyphens"),
            entry(ENV_NAME, "must have names of letters, digits and underscores that begin with no digit"),
            entry(
                    USERNAME,
                    "must be lower-case letters, digits, underscores and hyphens, beginning with a letter or an underscore"),
            entry(PATH, "must be an absolute path: a slash and then no NUL"),
            entry(URL_PATH, "must begin with a slash"),
            entry(MOUNT_PATH, "must be an absolute path of letters, digits, underscores, hyphens and slashes"),
            entry(SESSION_ID, "must be 1 to 64 letters, digits, underscores and hyphens"),
            entry(COMMIT_ID, "must be 7 to 40 hexadecimal digits"),
            entry(METRIC_NAME, "must be 1 to 100 letters, digits, underscores, dots, slashes and hyphens"),
            entry(PERMISSION, "must have letters, digits and : . _ * ? / - only"),
            entry(
                    ARTIFACT_NAME,
                    "must be 1 to 100 letters, digits, dots, underscores and hyphens, beginning with a letter or a digit"));

    private Rules() {}

    /** What a pattern of the contract asks for: nobody who uses the API should have to read one. */
    public static String words(String pattern) {
        if (CHOICE.matcher(pattern).matches()) {
            return "must be one of " + pattern.replace("|", ", ");
        }
        var words = WORDS.get(pattern);
        if (words == null) {
            throw new IllegalArgumentException("no words for " + pattern);
        }
        return words;
    }
}
