package dev.elevo.platform.git;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Why git did not do it, in the contract's codes. */
final class GitFailures {
    /** The scripts end so when they know the reason. */
    private static final int KNOWN = 240;

    private static final int NO_SUCH_PROGRAM = 127;
    /** Files that an error names. */
    private static final int MOST_NAMED = 10_000;

    /** What git says of a path that names nothing of the work tree. */
    private static final List<String> NO_PATH =
            List.of("did not match any file", "is outside repository", "is beyond a symbolic link", "is in submodule");

    private static final int BAD_GATEWAY = 502;
    private static final int CONFLICT = 409;

    /** Of all names that an error tells. */
    private static final int MOST_CHARACTERS = 200_000;

    private final GitCall call;
    private final Ended ended;

    private GitFailures(GitCall call, Ended ended) {
        this.call = call;
        this.ended = ended;
    }

    static RuntimeException of(GitCall call, Ended ended) {
        return new GitFailures(call, ended).failure().asException();
    }

    /** Not what git writes. */
    static RuntimeException unreadable() {
        return new Failure.Refused(
                        ErrorCode.GIT_ERROR, "What git answered cannot be read", Map.of("reason", "unreadable"))
                .asException();
    }

    static RuntimeException tooLarge(GitCall call) {
        return new Failure.Refused(
                        ErrorCode.GIT_ERROR,
                        "The answer does not fit into one; ask for less",
                        Map.of("reason", "too_large", "path", call.path()))
                .asException();
    }

    private Failure failure() {
        if (ended.timedOut()) {
            return far() ? remote("timeout", BAD_GATEWAY) : refused("timeout", ended.exitCode());
        }
        if (ended.exitCode() == KNOWN) {
            return known(new Fields(ended.output()));
        }
        if (ended.exitCode() == NO_SUCH_PROGRAM) {
            return refused("git_not_installed", NO_SUCH_PROGRAM);
        }
        if (ended.says("No space left on device") || ended.says("Disk quota exceeded")) {
            return named(ErrorCode.DISK_QUOTA_EXCEEDED, "The disk of the sandbox is full", "path", call.path());
        }
        return far() ? byRemote() : byWords();
    }

    private boolean far() {
        return switch (call.action()) {
            case CLONE, PUSH, PULL, FETCH -> true;
            case DELETE_BRANCH ->
                ended.output().contains("To ") || RemoteWords.reason(ended.words()) != RemoteWords.Reason.OTHER;
            default -> false;
        };
    }

    private Failure known(Fields fields) {
        var reason = fields.next();
        var code = Fields.number(fields.next());
        return switch (reason) {
            case "not_a_repository" ->
                named(ErrorCode.GIT_NOT_INITIALIZED, "There is no git repository", "path", call.path());
            case "no_ref" ->
                named(ErrorCode.GIT_BRANCH_NOT_FOUND, "No such branch, tag or commit", "branch", fields.next());
            case "no_remote" ->
                named(ErrorCode.GIT_REMOTE_NOT_FOUND, "No such remote is configured", "remote", fields.next());
            case "branch_exists" -> named(ErrorCode.GIT_BRANCH_EXISTS, "The branch exists", "branch", fields.next());
            case "exists" ->
                named(ErrorCode.FILE_ALREADY_EXISTS, "The path exists and is not empty", "path", call.path());
            case "not_a_directory" ->
                named(ErrorCode.NOT_A_DIRECTORY, "A part of the path is not a directory", "path", call.path());
            case "conflict" ->
                named(ErrorCode.GIT_MERGE_CONFLICT, "There are conflicts to solve", "conflicts", some(all(fields)));
            case "dirty" -> dirty(all(fields));
            case "in_the_way" -> inTheWay(fields, code);
            case "bad_key" ->
                new Failure.Refused(ErrorCode.GIT_AUTH_FAILED, "The SSH key cannot be used", details(reason, code));
            case "no_ssh" -> refused("ssh_not_installed", code);
            case "nothing_to_commit", "no_commit_to_amend" -> uncommitted(reason, code);
            case "hook_failed" -> call.action() == GitAction.COMMIT ? uncommitted(reason, code) : refused(reason, code);
            case "bad_pattern" -> Failure.Invalid.field("grep", "must be a regular expression", fields.next());
            case "too_large" -> tooLargeFile(code);
            case "unrelated_histories", "not_fast_forward" ->
                call.action() == GitAction.PULL ? remote(reason, CONFLICT) : refused(reason, code);
            default -> refused(reason, code);
        };
    }

    private static List<String> all(Fields fields) {
        var all = new LinkedHashSet<String>();
        while (fields.hasNext() && all.size() < MOST_NAMED) {
            all.add(fields.next());
        }
        return List.copyOf(all);
    }

    /** As many of the names as an error has room for. */
    private static List<String> some(List<String> names) {
        var some = new ArrayList<String>();
        var characters = 0;
        for (var name : names) {
            characters += name.length();
            if (characters > MOST_CHARACTERS) {
                break;
            }
            some.add(name);
        }
        return List.copyOf(some);
    }

    /** Two lists with an empty name between them: what is here and what would come; what is in both was in the way. */
    private Failure inTheWay(Fields fields, int code) {
        var here = new HashSet<String>();
        for (var name = fields.next(); !name.isEmpty(); name = fields.next()) {
            here.add(name);
        }
        var both = new TreeSet<>(all(fields));
        both.retainAll(here);
        if (both.isEmpty()) {
            return byWords(code);
        }
        return dirty(List.copyOf(both));
    }

    private static Failure dirty(List<String> files) {
        return named(ErrorCode.GIT_DIRTY_WORKTREE, "Local changes are in the way", "files", some(files));
    }

    private Failure uncommitted(String reason, int code) {
        return new Failure.Refused(
                ErrorCode.GIT_COMMIT_FAILED, "Nothing was committed: " + reason, details(reason, code));
    }

    private Failure byRemote() {
        var pushed = PushReport.of(ended.output());
        if (pushed.isRejected() && !ended.says("remote ref does not exist")) {
            return remote("rejected", CONFLICT);
        }
        var reason = RemoteWords.reason(ended.words());
        return switch (reason) {
            case AUTH ->
                new Failure.Refused(
                        ErrorCode.GIT_AUTH_FAILED,
                        "The remote did not accept the credentials",
                        details("refused", ended.exitCode()));
            case NO_REF ->
                named(
                        ErrorCode.GIT_BRANCH_NOT_FOUND,
                        "The remote has no such branch, tag or commit",
                        "branch",
                        Objects.requireNonNullElse(call.action() == GitAction.PULL ? call.variant() : call.name(), ""));
            case NOT_FOUND, TIMEOUT, NETWORK -> remote(reason.label(), BAD_GATEWAY);
            case OTHER -> ended.says("Permission denied") ? denied() : remote(reason.label(), BAD_GATEWAY);
        };
    }

    private Failure byWords() {
        return byWords(ended.exitCode());
    }

    private Failure byWords(int code) {
        if (call.action() == GitAction.COMMIT
                && (ended.says("failed to sign") || ended.says("failed to write commit object"))) {
            return uncommitted("signing_failed", code);
        }
        if (ended.says("Permission denied") || ended.says("insufficient permission")) {
            return denied();
        }
        if (NO_PATH.stream().anyMatch(ended::says)) {
            return refused("pathspec", code);
        }
        if (ended.says("are ignored by one of your")) {
            return refused("ignored", code);
        }
        return refused("other", code);
    }

    private Failure denied() {
        return named(ErrorCode.PERMISSION_DENIED, "The files may not be touched by this user", "path", call.path());
    }

    private Failure remote(String reason, int status) {
        return new Failure.Refused(
                remoteCode(), "The remote was of no use: " + reason, details(reason, ended.exitCode()), status);
    }

    private ErrorCode remoteCode() {
        return switch (call.action()) {
            case CLONE -> ErrorCode.GIT_CLONE_FAILED;
            case PUSH, DELETE_BRANCH -> ErrorCode.GIT_PUSH_FAILED;
            default -> ErrorCode.GIT_PULL_FAILED;
        };
    }

    private Failure tooLargeFile(int code) {
        var details = details(RemoteWords.Reason.OTHER.label(), code);
        details.put("limit", GitLimits.FILE_BYTES);
        return new Failure.Refused(remoteCode(), "A file of the repository is too large", details, BAD_GATEWAY);
    }

    private Failure refused(String reason, int code) {
        return new Failure.Refused(ErrorCode.GIT_ERROR, "git refused: " + reason, details(reason, code));
    }

    private static Failure named(ErrorCode code, String message, String name, Object value) {
        return new Failure.Refused(code, message, Map.of(name, value));
    }

    private Map<String, Object> details(String reason, int code) {
        var details = new HashMap<String, Object>(
                Map.of("reason", reason, "exitCode", code, "stderr", ended.words(), "path", call.path()));
        put(details, call.action() == GitAction.DELETE_BRANCH ? "branch" : "remote", remoteName());
        return details;
    }

    private @Nullable String remoteName() {
        return switch (call.action()) {
            case PUSH, PULL, FETCH, DELETE_BRANCH -> call.name();
            default -> null;
        };
    }

    private static void put(Map<String, Object> details, String name, @Nullable String value) {
        if (value != null) {
            details.put(name, value);
        }
    }
}
