package dev.elevo.agent.process;

import dev.elevo.agent.helper.Errno;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.Map;

/** Why a command could not be started, as the API says it. */
final class StartFailures {
    private StartFailures() {}

    static Failure of(HelperRefusal refusal, ProcessNote note) {
        return of(refusal, note.user(), note.cwd());
    }

    static Failure of(HelperRefusal refusal, String user, String directory) {
        return switch (refusal.step()) {
            case USER -> commandFailed("There is no user " + user + " in the sandbox", "user", user);
            case CREDENTIALS -> commandFailed("Cannot become the user " + user, "user", user);
            case DIRECTORY -> directory(refusal.errno(), directory);
            case PROGRAM ->
                commandFailed("The command cannot be run: " + words(refusal.errno()), "reason", words(refusal.errno()));
            case TERMINAL -> commandFailed("No terminal can be opened", "reason", words(refusal.errno()));
            case RESOURCES ->
                exhausted(
                        "The sandbox has no room for another process: some inside have to end, or it has to be stopped",
                        "pids");
            case PROCESSES -> exhausted("Too many processes", "processes");
            case REQUEST, MISSING, POSITION, CONNECT, FORBIDDEN ->
                new Failure.Refused(ErrorCode.INTERNAL_ERROR, "The command could not be started");
        };
    }

    private static Failure directory(int errno, String path) {
        return switch (errno) {
            case Errno.ENOENT ->
                new Failure.Refused(
                        ErrorCode.FILE_NOT_FOUND, "The working directory does not exist", Map.of("path", path));
            case Errno.ENOTDIR ->
                new Failure.Refused(
                        ErrorCode.NOT_A_DIRECTORY, "The working directory is not a directory", Map.of("path", path));
            default -> commandFailed("The working directory cannot be entered: " + words(errno), "path", path);
        };
    }

    static Failure commandFailed(String message, String detail, String value) {
        return new Failure.Refused(ErrorCode.COMMAND_FAILED, message, Map.of(detail, value));
    }

    static Failure exhausted(String message, String resource) {
        return new Failure.Refused(ErrorCode.RESOURCE_EXHAUSTED, message, Map.of("resource", resource));
    }

    /** Our words, not the helper's: those come from inside the sandbox. */
    private static String words(int errno) {
        return switch (errno) {
            case Errno.ENOENT -> "not found";
            case Errno.EACCES, Errno.EPERM -> "permission denied";
            case Errno.ENOEXEC -> "not an executable format";
            case Errno.E2BIG -> "arguments and environment too long";
            case Errno.ENOTDIR -> "a part of the path is not a directory";
            case Errno.ENAMETOOLONG -> "name too long";
            case Errno.ELOOP -> "too many symbolic links";
            case Errno.ENOMEM -> "out of memory";
            default -> "error " + errno;
        };
    }
}
