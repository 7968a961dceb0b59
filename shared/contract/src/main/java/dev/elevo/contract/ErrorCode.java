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
    UNAUTHORIZED(1001, 401),
    FORBIDDEN(1002, 403),
    TOKEN_EXPIRED(1003, 401),
    INVALID_TOKEN(1004, 401),
    INSUFFICIENT_SCOPE(1005, 403),

    // Sandbox
    SANDBOX_NOT_FOUND(2001, 404),
    SANDBOX_ALREADY_EXISTS(2002, 409),
    SANDBOX_NOT_RUNNING(2003, 409),
    SANDBOX_LIMIT_EXCEEDED(2004, 429),
    SANDBOX_CREATION_FAILED(2005, 500),
    SANDBOX_TIMEOUT(2006, 503),
    TEMPLATE_NOT_FOUND(2007, 404),
    INVALID_SANDBOX_STATE(2008, 409),

    // FileSystem
    FILE_NOT_FOUND(3001, 404),
    FILE_ALREADY_EXISTS(3002, 409),
    DIRECTORY_NOT_EMPTY(3003, 409),
    PERMISSION_DENIED(3004, 403),
    DISK_QUOTA_EXCEEDED(3005, 507),
    INVALID_PATH(3006, 400),
    FILE_TOO_LARGE(3007, 413),
    NOT_A_DIRECTORY(3008, 400),
    NOT_A_FILE(3009, 400),

    // Process
    PROCESS_NOT_FOUND(4001, 404),
    PROCESS_TIMEOUT(4002, 503),
    PROCESS_KILLED(4003, 409),
    COMMAND_FAILED(4004, 422),
    STDIN_CLOSED(4005, 409),
    SESSION_NOT_FOUND(4006, 404),
    SESSION_EXPIRED(4007, 404),
    LANGUAGE_NOT_SUPPORTED(4008, 422),
    SESSION_ALREADY_EXISTS(4009, 409),

    // PTY
    PTY_NOT_FOUND(4100, 404),
    PTY_ALREADY_EXISTS(4101, 409),
    PTY_LIMIT_EXCEEDED(4102, 429),
    PTY_CONNECTION_FAILED(4103, 502),
    PTY_WRITE_FAILED(4104, 409),
    PTY_RESIZE_FAILED(4105, 409),

    // Git
    GIT_ERROR(5000, 422),
    GIT_NOT_INITIALIZED(5001, 404),
    GIT_CLONE_FAILED(5002, 502),
    GIT_COMMIT_FAILED(5003, 409),
    GIT_PUSH_FAILED(5004, 409),
    GIT_PULL_FAILED(5005, 409),
    GIT_MERGE_CONFLICT(5006, 409),
    GIT_AUTH_FAILED(5007, 403),
    GIT_BRANCH_NOT_FOUND(5008, 404),
    GIT_REMOTE_NOT_FOUND(5009, 404),
    GIT_DIRTY_WORKTREE(5010, 409),
    GIT_BRANCH_EXISTS(5011, 409),

    // LSP
    LSP_SERVER_NOT_FOUND(6001, 404),
    LSP_SERVER_CRASHED(6002, 502),
    LSP_INITIALIZATION_FAILED(6003, 502),
    LSP_REQUEST_FAILED(6004, 502),
    LSP_LANGUAGE_NOT_SUPPORTED(6005, 422),
    LSP_TIMEOUT(6006, 503),

    // Snapshot, volume
    SNAPSHOT_NOT_FOUND(7000, 404),
    SNAPSHOT_CREATE_FAILED(7001, 500),
    SNAPSHOT_IN_USE(7002, 409),
    SNAPSHOT_LIMIT_EXCEEDED(7003, 429),
    SNAPSHOT_EXISTS(7004, 409),
    VOLUME_NOT_FOUND(7100, 404),
    VOLUME_IN_USE(7101, 409),
    VOLUME_CREATE_FAILED(7102, 500),
    VOLUME_EXISTS(7103, 409),
    VOLUME_LIMIT_EXCEEDED(7104, 429),
    INVALID_SIZE(7105, 422),
    STORAGE_INSUFFICIENT(7106, 507),

    // System
    INTERNAL_ERROR(9001, 500),
    SERVICE_UNAVAILABLE(9002, 503),
    RATE_LIMITED(9003, 429),
    VALIDATION_ERROR(9004, 422),
    INVALID_REQUEST(9005, 400),
    RESOURCE_EXHAUSTED(9006, 503),
    NOT_IMPLEMENTED(9007, 501),
    RESOURCE_NOT_FOUND(9008, 404),
    IDEMPOTENCY_CONFLICT(9009, 409);

    private static final Map<Integer, ErrorCode> BY_NUMBER =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(ErrorCode::number, Function.identity()));

    private final int number;
    private final int status;

    ErrorCode(int number, int status) {
        this.number = number;
        this.status = status;
    }

    public int number() {
        return number;
    }

    public int status() {
        return status;
    }

    /** Whether the same request may succeed later without being changed. */
    public boolean retryable() {
        return status == 429 || status == 503;
    }

    public static @Nullable ErrorCode ofNumber(int number) {
        return BY_NUMBER.get(number);
    }
}
