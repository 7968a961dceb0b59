package dev.elevo.conformance.dsl;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The table of 1.8: by the contract's own words, so that a number that changed its status is seen. */
public final class Codes {
    private static final Map<Integer, Entry> TABLE = Arrays.stream("""
        1001 UNAUTHORIZED 401
        1002 FORBIDDEN 403
        1003 TOKEN_EXPIRED 401
        1004 INVALID_TOKEN 401
        1005 INSUFFICIENT_SCOPE 403
        2001 SANDBOX_NOT_FOUND 404
        2002 SANDBOX_ALREADY_EXISTS 409
        2003 SANDBOX_NOT_RUNNING 409
        2004 SANDBOX_LIMIT_EXCEEDED 429
        2005 SANDBOX_CREATION_FAILED 500
        2006 SANDBOX_TIMEOUT 503
        2007 TEMPLATE_NOT_FOUND 404
        2008 INVALID_SANDBOX_STATE 409
        2009 PORT_UNREACHABLE 502
        3001 FILE_NOT_FOUND 404
        3002 FILE_ALREADY_EXISTS 409
        3003 DIRECTORY_NOT_EMPTY 409
        3004 PERMISSION_DENIED 403
        3005 DISK_QUOTA_EXCEEDED 507
        3006 INVALID_PATH 400
        3007 FILE_TOO_LARGE 413
        3008 NOT_A_DIRECTORY 400
        3009 NOT_A_FILE 400
        4001 PROCESS_NOT_FOUND 404
        4002 PROCESS_TIMEOUT 503
        4003 PROCESS_KILLED 409
        4004 COMMAND_FAILED 422
        4005 STDIN_CLOSED 409
        4006 SESSION_NOT_FOUND 404
        4007 SESSION_EXPIRED 404
        4008 LANGUAGE_NOT_SUPPORTED 422
        4009 SESSION_ALREADY_EXISTS 409
        4100 PTY_NOT_FOUND 404
        4101 PTY_ALREADY_EXISTS 409
        4102 PTY_LIMIT_EXCEEDED 429
        4103 PTY_CONNECTION_FAILED 502
        4104 PTY_WRITE_FAILED 409
        4105 PTY_RESIZE_FAILED 409
        5000 GIT_ERROR 422
        5001 GIT_NOT_INITIALIZED 404
        5002 GIT_CLONE_FAILED 502
        5003 GIT_COMMIT_FAILED 409
        5004 GIT_PUSH_FAILED 409,502
        5005 GIT_PULL_FAILED 409,502
        5006 GIT_MERGE_CONFLICT 409
        5007 GIT_AUTH_FAILED 403
        5008 GIT_BRANCH_NOT_FOUND 404
        5009 GIT_REMOTE_NOT_FOUND 404
        5010 GIT_DIRTY_WORKTREE 409
        5011 GIT_BRANCH_EXISTS 409
        6001 LSP_SERVER_NOT_FOUND 404
        6002 LSP_SERVER_CRASHED 502
        6003 LSP_INITIALIZATION_FAILED 502
        6004 LSP_REQUEST_FAILED 502
        6005 LSP_LANGUAGE_NOT_SUPPORTED 422
        6006 LSP_TIMEOUT 503
        7000 SNAPSHOT_NOT_FOUND 404
        7001 SNAPSHOT_CREATE_FAILED 500
        7002 SNAPSHOT_IN_USE 409
        7003 SNAPSHOT_LIMIT_EXCEEDED 429
        7004 SNAPSHOT_EXISTS 409
        7100 VOLUME_NOT_FOUND 404
        7101 VOLUME_IN_USE 409
        7102 VOLUME_CREATE_FAILED 500
        7103 VOLUME_EXISTS 409
        7104 VOLUME_LIMIT_EXCEEDED 429
        7105 INVALID_SIZE 422
        7106 STORAGE_INSUFFICIENT 507
        9001 INTERNAL_ERROR 500
        9002 SERVICE_UNAVAILABLE 503
        9003 RATE_LIMITED 429
        9004 VALIDATION_ERROR 422
        9005 INVALID_REQUEST 400
        9006 RESOURCE_EXHAUSTED 503
        9007 NOT_IMPLEMENTED 501
        9008 RESOURCE_NOT_FOUND 404
        9009 IDEMPOTENCY_CONFLICT 409
        """.split("\n"))
            .map(line -> line.strip().split(" "))
            .collect(Collectors.toMap(
                    words -> Integer.valueOf(words[0]),
                    words -> new Entry(
                            words[1],
                            Arrays.stream(words[2].split(","))
                                    .map(Integer::valueOf)
                                    .toList())));

    private record Entry(String name, List<Integer> statuses) {}

    private Codes() {}

    public static NavigableSet<Integer> all() {
        return new TreeSet<>(TABLE.keySet());
    }

    /** What is wrong with an error that says it has this code; empty if nothing. */
    static String wrong(int code, String name, int status) {
        var entry = TABLE.get(code);
        if (entry == null) {
            return code + " is no code of the contract";
        }
        if (!entry.name.equals(name)) {
            return code + " is called " + entry.name + ", not " + name;
        }
        return entry.statuses.contains(status) ? "" : code + " comes with " + entry.statuses + ", not " + status;
    }
}
