package dev.elevo.client;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** The service has refused. Programs decide by {@link #code()}, which never changes its meaning; the message is for people. */
public final class ApiException extends WorkspaceException {
    static final int INVALID_TOKEN = 1004;
    static final int SANDBOX_CREATION_FAILED = 2005;
    static final int SNAPSHOT_CREATE_FAILED = 7001;
    static final int SERVICE_UNAVAILABLE = 9002;
    static final int RATE_LIMITED = 9003;
    static final int RESOURCE_EXHAUSTED = 9006;
    static final int IDEMPOTENCY_CONFLICT = 9009;

    private final int status;
    private final int code;
    private final String name;
    private final transient Map<String, Object> details;
    private final String requestId;

    ApiException(int status, int code, String name, String message, Map<String, Object> details, String requestId) {
        super(message, null);
        this.status = status;
        this.code = code;
        this.name = name;
        this.details = Collections.unmodifiableMap(new HashMap<>(details)); // it may have nulls
        this.requestId = requestId;
    }

    /** Of HTTP. */
    public int status() {
        return status;
    }

    public int code() {
        return code;
    }

    /** Such as {@code SANDBOX_NOT_FOUND}. */
    public String name() {
        return name;
    }

    public Map<String, Object> details() {
        return details;
    }

    /** What the service's log calls the request. */
    public String requestId() {
        return requestId;
    }
}
