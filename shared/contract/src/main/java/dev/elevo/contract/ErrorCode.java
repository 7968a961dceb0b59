package dev.elevo.contract;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every error a client can meet, once. Append-only: a number never changes its meaning, programs decide by it.
 *
 * <p>The status is the one a failure of this code answers with, unless the failure names another: {@link #GIT_PUSH_FAILED}
 * and {@link #GIT_PULL_FAILED} are 409 when the remote refused and 502 when it could not be reached.
 */
public enum ErrorCode {
    // Authentication
    UNAUTHORIZED(1001, 401, "no usable credential"),
    FORBIDDEN(1002, 403, "the credential is good, but policy denies"),
    TOKEN_EXPIRED(1003, 401, "the token or key has expired"),
    INVALID_TOKEN(1004, 401, "the credential is malformed, forged, unknown or revoked"),
    INSUFFICIENT_SCOPE(1005, 403, "the credential lacks the scope; details.required, details.granted"),

    // Sandbox
    SANDBOX_NOT_FOUND(2001, 404, "no such sandbox in the caller's organization"),
    SANDBOX_ALREADY_EXISTS(2002, 409, "the name is in use"),
    SANDBOX_NOT_RUNNING(2003, 409, "the call needs a running sandbox"),
    SANDBOX_LIMIT_EXCEEDED(2004, 429, "the organization's quota of sandboxes is used up"),
    SANDBOX_CREATION_FAILED(2005, 500, "provisioning, start or resume failed"),
    SANDBOX_TIMEOUT(2006, 503, "not ready or not stopped in time"),
    TEMPLATE_NOT_FOUND(2007, 404, "no such template"),
    INVALID_SANDBOX_STATE(2008, 409, "the action is not allowed in this state; details.state, details.action"),
    PORT_UNREACHABLE(2009, 502, "no service answers on the port of the sandbox; details.port"),

    // FileSystem
    FILE_NOT_FOUND(3001, 404, "no such file or directory"),
    FILE_ALREADY_EXISTS(3002, 409, "something is there already"),
    DIRECTORY_NOT_EMPTY(3003, 409, "the directory has entries"),
    PERMISSION_DENIED(3004, 403, "file permissions or user forbid it"),
    DISK_QUOTA_EXCEEDED(3005, 507, "the disk of the sandbox, or the volume, is full"),
    INVALID_PATH(3006, 400, "the path cannot be a path"),
    FILE_TOO_LARGE(3007, 413, "too large; details.size, details.limit"),
    NOT_A_DIRECTORY(3008, 400, "a file where a directory is needed"),
    NOT_A_FILE(3009, 400, "a directory where a file is needed"),

    // Process
    PROCESS_NOT_FOUND(4001, 404, "no such process"),
    PROCESS_TIMEOUT(4002, 503, "waited for the exit in vain"),
    PROCESS_KILLED(4003, 409, "ended because the sandbox stopped or was deleted"),
    COMMAND_FAILED(4004, 422, "the command could not be started"),
    STDIN_CLOSED(4005, 409, "stdin is closed"),
    SESSION_NOT_FOUND(4006, 404, "no such session"),
    SESSION_EXPIRED(4007, 404, "the session has expired"),
    LANGUAGE_NOT_SUPPORTED(4008, 422, "the language's runtime is not installed"),
    SESSION_ALREADY_EXISTS(4009, 409, "the session id is in use"),

    // PTY
    PTY_NOT_FOUND(4100, 404, "no such terminal"),
    PTY_ALREADY_EXISTS(4101, 409, "reserved"),
    PTY_LIMIT_EXCEEDED(4102, 429, "too many terminals in the sandbox"),
    PTY_CONNECTION_FAILED(4103, 502, "the terminal does not answer"),
    PTY_WRITE_FAILED(4104, 409, "the terminal has ended"),
    PTY_RESIZE_FAILED(4105, 409, "the terminal has ended"),

    // Git
    GIT_ERROR(5000, 422, "git refused; details.exitCode, details.stderr, details.reason"),
    GIT_NOT_INITIALIZED(5001, 404, "not a repository"),
    GIT_CLONE_FAILED(5002, 502, "clone failed; details.reason"),
    GIT_COMMIT_FAILED(5003, 409, "nothing was committed"),
    GIT_PUSH_FAILED(5004, 409, "the remote refused (409) or could not be reached (502); details.reason"),
    GIT_PULL_FAILED(5005, 409, "histories do not fit (409) or the remote could not be reached (502); details.reason"),
    GIT_MERGE_CONFLICT(5006, 409, "conflicts to solve; details.conflicts"),
    GIT_AUTH_FAILED(5007, 403, "the remote refused the credentials"),
    GIT_BRANCH_NOT_FOUND(5008, 404, "no such branch, tag or commit"),
    GIT_REMOTE_NOT_FOUND(5009, 404, "no remote of this name is configured"),
    GIT_DIRTY_WORKTREE(5010, 409, "local changes are in the way; details.files"),
    GIT_BRANCH_EXISTS(5011, 409, "the branch exists"),

    // LSP
    LSP_SERVER_NOT_FOUND(6001, 404, "no such, or no fitting, language server"),
    LSP_SERVER_CRASHED(6002, 502, "the language server died"),
    LSP_INITIALIZATION_FAILED(6003, 502, "the language server did not start; details.reason"),
    LSP_REQUEST_FAILED(6004, 502, "the language server answered with an error"),
    LSP_LANGUAGE_NOT_SUPPORTED(6005, 422, "not offered by this deployment"),
    LSP_TIMEOUT(6006, 503, "the language server did not answer in time"),

    // Snapshot, volume
    SNAPSHOT_NOT_FOUND(7000, 404, "no such snapshot"),
    SNAPSHOT_CREATE_FAILED(7001, 500, "the snapshot could not be taken"),
    SNAPSHOT_IN_USE(7002, 409, "in use, or not available"),
    SNAPSHOT_LIMIT_EXCEEDED(7003, 429, "the organization's quota of snapshots is used up"),
    SNAPSHOT_EXISTS(7004, 409, "the name is in use"),
    VOLUME_NOT_FOUND(7100, 404, "no such volume"),
    VOLUME_IN_USE(7101, 409, "mounted by a sandbox"),
    VOLUME_CREATE_FAILED(7102, 500, "the volume could not be made"),
    VOLUME_EXISTS(7103, 409, "the name is in use"),
    VOLUME_LIMIT_EXCEEDED(7104, 429, "the organization's quota of volumes is used up"),
    INVALID_SIZE(7105, 422, "the size is not allowed"),
    STORAGE_INSUFFICIENT(7106, 507, "no room for it"),

    // System
    INTERNAL_ERROR(9001, 500, "a fault of the service; its log holds the cause under the request id"),
    SERVICE_UNAVAILABLE(9002, 503, "a part of the service is down, or the sandbox does not answer"),
    RATE_LIMITED(9003, 429, "over the rate limit; details.limit, details.resetAt, details.retryAfter"),
    VALIDATION_ERROR(9004, 422, "readable, but breaks a rule; details.fields"),
    INVALID_REQUEST(9005, 400, "the request cannot be read"),
    RESOURCE_EXHAUSTED(9006, 503, "no capacity, or a limit inside the sandbox; details.resource, details.limit"),
    NOT_IMPLEMENTED(9007, 501, "valid, but not offered here; details.feature, details.isolation"),
    RESOURCE_NOT_FOUND(9008, 404, "no such path, method, key, device, run or artifact"),
    IDEMPOTENCY_CONFLICT(
            9009, 409, "same idempotency key with another body, or the first is still running; details.reason");

    private static final Map<Integer, ErrorCode> BY_NUMBER =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::number, Function.identity()));

    private final int number;
    private final int status;
    private final String meaning;

    ErrorCode(int number, int status, String meaning) {
        this.number = number;
        this.status = status;
        this.meaning = meaning;
    }

    public int number() {
        return number;
    }

    public int status() {
        return status;
    }

    /** For people; {@code docs/errors.md} is made of it. */
    public String meaning() {
        return meaning;
    }

    /** Whether the same request may succeed later without being changed. */
    public boolean retryable() {
        return status == 429 || status == 503;
    }

    public static @Nullable ErrorCode ofNumber(int number) {
        return BY_NUMBER.get(number);
    }
}
