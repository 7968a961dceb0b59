package dev.elevo.agent.files;

import dev.elevo.agent.helper.Errno;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import java.util.HashMap;
import java.util.Map;

/** What the kernel says about files, as the API says it. */
final class FileFailures {
    private FileFailures() {}

    /** What was asked for, for the words of a refusal. */
    sealed interface Asked {
        /** To find one: a file in the way of its path means that it is not there. */
        record Existing(String path) implements Asked {}

        /** Where one is to be, or a directory. */
        record Place(String path) implements Asked {}

        record Pair(String source, String target) implements Asked {}

        /** No more of the file than this can be taken. */
        record Part(String path, long most) implements Asked {}
    }

    static Failure of(FileRefusal refusal, Asked asked) {
        var second = refusal.whose() == FileRefusal.Whose.SECOND;
        var path = switch (asked) {
            case Asked.Existing(var one) -> one;
            case Asked.Place(var one) -> one;
            case Asked.Part(var one, var most) -> one;
            case Asked.Pair(var source, var target) -> second ? target : source;
        };
        var details = new HashMap<String, Object>();
        details.put("path", Excerpt.of(path));
        if (refusal.whose() == FileRefusal.Whose.OWNER) {
            return new Failure.Refused(ErrorCode.PERMISSION_DENIED, "There is no such user or group", details);
        }
        if (refusal.errno() == Errno.EFBIG && asked instanceof Asked.Part(var one, var most)) {
            details.put("size", refusal.number());
            details.put("limit", most);
        }
        var mustExist = asked instanceof Asked.Existing || asked instanceof Asked.Part;
        return refusal(refusal.errno(), mustExist, details);
    }

    private static Failure refusal(int errno, boolean mustExist, Map<String, Object> details) {
        return switch (errno) {
            case Errno.ENOENT -> refused(ErrorCode.FILE_NOT_FOUND, "There is no such file or directory", details);
            case Errno.ENOTDIR ->
                mustExist
                        ? refused(ErrorCode.FILE_NOT_FOUND, "There is no such file or directory", details)
                        : refused(ErrorCode.NOT_A_DIRECTORY, "A part of the path is no directory", details);
            case Errno.EEXIST -> refused(ErrorCode.FILE_ALREADY_EXISTS, "There is something of this name", details);
            case Errno.ENOTEMPTY -> refused(ErrorCode.DIRECTORY_NOT_EMPTY, "The directory is not empty", details);
            case Errno.EACCES, Errno.EPERM ->
                refused(ErrorCode.PERMISSION_DENIED, "The user has no right to this", details);
            case Errno.EROFS -> refused(ErrorCode.PERMISSION_DENIED, "Nothing can be changed there", details);
            case Errno.EBUSY, Errno.ETXTBSY ->
                refused(ErrorCode.PERMISSION_DENIED, "It is in use by the system", details);
            case Errno.ENOSPC, Errno.EDQUOT ->
                refused(ErrorCode.DISK_QUOTA_EXCEEDED, "The disk of the sandbox, or the volume, is full", details);
            case Errno.ENAMETOOLONG -> refused(ErrorCode.INVALID_PATH, "The path is too long", details);
            case Errno.ELOOP -> refused(ErrorCode.INVALID_PATH, "The path has too many links", details);
            case Errno.EINVAL -> refused(ErrorCode.INVALID_PATH, "The path cannot be used for this", details);
            case Errno.EFBIG -> refused(ErrorCode.FILE_TOO_LARGE, "The file is too large", details);
            case Errno.EISDIR -> refused(ErrorCode.NOT_A_FILE, "It is a directory", details);
            case Errno.ENXIO -> refused(ErrorCode.NOT_A_FILE, "It is no regular file", details);
            case Errno.ENOMEM, Errno.EAGAIN, Errno.EMFILE, Errno.ENFILE -> exhausted("memory");
            default -> refused(ErrorCode.INTERNAL_ERROR, "The file system failed", details);
        };
    }

    private static Failure refused(ErrorCode code, String message, Map<String, Object> details) {
        return new Failure.Refused(code, message, details);
    }

    static boolean isMissing(FileRefusal refusal) {
        return refusal.errno() == Errno.ENOENT || refusal.errno() == Errno.ENOTDIR;
    }

    /** Why nobody serves inside. */
    static Failure of(HelperRefusal refusal, String user) {
        return switch (refusal.step()) {
            case USER ->
                new Failure.Refused(
                        ErrorCode.PERMISSION_DENIED,
                        "There is no user " + user + " in the sandbox",
                        Map.of("user", user));
            case CREDENTIALS ->
                new Failure.Refused(
                        ErrorCode.PERMISSION_DENIED, "Nobody can become the user " + user, Map.of("user", user));
            case RESOURCES -> exhausted("pids");
            case PROCESSES -> exhausted("file operations");
            case REQUEST, DIRECTORY, PROGRAM, TERMINAL, MISSING, POSITION, CONNECT, FORBIDDEN ->
                new Failure.Refused(ErrorCode.INTERNAL_ERROR, "The files cannot be reached");
        };
    }

    static Failure exhausted(String resource) {
        return new Failure.Refused(
                ErrorCode.RESOURCE_EXHAUSTED,
                "The sandbox has no room for this: some of what runs inside has to end first",
                Map.of("resource", resource));
    }
}
