package dev.elevo.functions.git;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of what is handed to git: nothing of it may be taken for an option, for another transport or for more than one word.
 * The rules of names are those of git check-ref-format.
 */
final class GitRules {
    static final String REF = "must be the name of a commit";

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f]");
    private static final Pattern NOT_IN_A_NAME = Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|//");
    private static final Pattern NOT_A_PART = Pattern.compile("(?:^|.*/)(?:\\.[^/]*|[^/]*\\.lock)(?:/.*|$)");
    private static final Pattern URL =
            Pattern.compile("(?:https?|ssh|git)://(?:[^@/\\s-][^@/\\s]*@)?[^@/\\s:-][^@/\\s]*(?:/\\S*)?");
    private static final Pattern SCP = Pattern.compile("(?:[^@:/\\s-][^@:/\\s]*@)?[^@:/\\s-][^@:/\\s]*:(?!:)(?!-)\\S+");
    private static final Pattern FILE = Pattern.compile("file:///.*");
    private static final Pattern WITH_PASSWORD = Pattern.compile("[A-Za-z]+://[^/@]*:[^/]*@.*");
    private static final Pattern NOT_IN_AN_IDENTITY = Pattern.compile("[<>\\x00-\\x1f\\x7f]");

    /** In bytes: the kernel takes 2 MiB of arguments of a program, and 128 KiB of one. */
    private static final int MOST_OF_PATHS = 1_000_000;

    private static final int MOST_OF_ONE = 100_000;

    private final List<FieldError> broken = new ArrayList<>();

    /** 9004 with all that is wrong. */
    void refuseBroken() {
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
    }

    private void require(boolean holds, String field, String rule, @Nullable Object value) {
        if (!holds) {
            broken.add(new FieldError(field, rule, value));
        }
    }

    void wait(@Nullable Integer waitMs, int most) {
        require(waitMs == null || waitMs <= most, "waitMs", "must be 0 to " + most, waitMs);
    }

    /** Whatever names a commit; git says whether there is one. */
    void ref(String field, @Nullable String ref) {
        require(ref == null || isRef(ref), field, REF, ref);
    }

    static boolean isRef(String ref) {
        return !ref.startsWith("-") && !CONTROL.matcher(ref).find();
    }

    void branchName(String field, @Nullable String name) {
        require(name == null || isName(name), field, "must be a name by git's rules for branches", name);
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && !name.startsWith("-")
                && !name.startsWith("/")
                && !name.endsWith("/")
                && !name.endsWith(".")
                && !name.equals("@")
                && !name.equals("HEAD")
                && !NOT_IN_A_NAME.matcher(name).find()
                && !NOT_A_PART.matcher(name).matches();
    }

    void remote(@Nullable String remote) {
        require(remote == null || isName(remote), "remote", "must be the name of a remote", remote);
    }

    /** What may be a secret in it is not repeated. */
    void url(String url) {
        if (WITH_PASSWORD.matcher(url).matches()) {
            require(false, "url", "must not hold a password; send it as password", null);
            return;
        }
        require(
                !CONTROL.matcher(url).find()
                        && (URL.matcher(url).matches()
                                || FILE.matcher(url).matches()
                                || (!url.contains("://") && SCP.matcher(url).matches())),
                "url",
                "must be https, http, ssh, git, file:/// or user@host:path",
                null);
    }

    void paths(String field, @Nullable List<String> paths) {
        if (paths != null) {
            var bytes = paths.stream().mapToLong(GitRules::bytes).sum();
            require(bytes <= MOST_OF_PATHS, field, "must have " + MOST_OF_PATHS + " bytes at most", null);
        }
        for (int i = 0; paths != null && i < paths.size(); i++) {
            var path = paths.get(i);
            require(path.indexOf('\0') < 0 && !path.isEmpty(), field + "[" + i + "]", "must be a path", path);
        }
    }

    void identity(String field, @Nullable String text) {
        require(
                text == null || (!NOT_IN_AN_IDENTITY.matcher(text).find() && !text.isBlank()),
                field,
                "must be text without <, > and line breaks",
                text);
    }

    void message(String field, @Nullable String message) {
        require(message == null || (message.indexOf('\0') < 0 && !message.isBlank()), field, "must not be blank", null);
    }

    /** A message that becomes an argument. */
    void shortMessage(String field, @Nullable String message) {
        message(field, message);
        require(
                message == null || bytes(message) <= MOST_OF_ONE,
                field,
                "must have " + MOST_OF_ONE + " bytes at most",
                null);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    void text(String field, @Nullable String text) {
        require(text == null || text.indexOf('\0') < 0, field, "must not contain a NUL character", null);
    }

    void present(String field, @Nullable Object value) {
        require(value != null, field, "is needed", null);
    }

    void notBoth(String field, boolean one, boolean other, String rule) {
        require(!(one && other), field, rule, null);
    }

    void credentials(@Nullable String username, @Nullable String password, @Nullable String phrase) {
        require(username == null || !CONTROL.matcher(username).find(), "username", "must be one line", null);
        require(password == null || !CONTROL.matcher(password).find(), "password", "must be one line", null);
        require(phrase == null || !CONTROL.matcher(phrase).find(), "sshKeyPassword", "must be one line", null);
    }
}
