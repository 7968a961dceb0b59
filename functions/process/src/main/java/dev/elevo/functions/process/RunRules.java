package dev.elevo.functions.process;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.SessionExec;
import dev.elevo.contract.process.SpawnRequest;
import dev.elevo.contract.process.WriteRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules of a run that annotations cannot say: those that depend on other fields or on the deployment. */
final class RunRules {
    private static final Pattern SESSION_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private RunRules() {}

    /** The request with the time to wait filled in, or 9004. */
    static RunRequest fill(RunRequest request, int maxWaitMs) {
        var broken = new ArrayList<FieldError>();
        checkWait(broken, request.waitMs(), maxWaitMs);
        checkArgs(broken, request.args(), request.useShell());
        refuse(broken);
        return new RunRequest(
                request.command(),
                request.useShell(),
                request.args(),
                request.cwd(),
                request.env(),
                request.replaceEnv(),
                request.user(),
                request.shell(),
                request.timeoutMs(),
                request.waitMs() == null ? maxWaitMs : request.waitMs(),
                request.encoding(),
                request.maxBuffer(),
                request.input());
    }

    static CodeRunRequest fill(CodeRunRequest request, int maxWaitMs) {
        var broken = new ArrayList<FieldError>();
        checkWait(broken, request.waitMs(), maxWaitMs);
        refuse(broken);
        return new CodeRunRequest(
                request.code(),
                request.language(),
                request.args(),
                request.env(),
                request.timeoutMs(),
                request.waitMs() == null ? maxWaitMs : request.waitMs(),
                request.cwd(),
                request.user(),
                request.input(),
                request.captureCharts());
    }

    static SessionExec fill(SessionExec request, int maxWaitMs) {
        var broken = new ArrayList<FieldError>();
        checkWait(broken, request.waitMs(), maxWaitMs);
        refuse(broken);
        return new SessionExec(
                request.command(),
                request.timeoutMs(),
                request.await(),
                request.waitMs() == null ? maxWaitMs : request.waitMs(),
                request.encoding());
    }

    static void check(SpawnRequest request) {
        var broken = new ArrayList<FieldError>();
        checkArgs(broken, request.args(), request.useShell());
        refuse(broken);
    }

    static void check(WriteRequest request) {
        var data = request.data();
        if (data == null) {
            if (!Boolean.TRUE.equals(request.eof())) {
                throw Failure.Invalid.field("data", "is needed unless eof", null)
                        .asException();
            }
            return;
        }
        if (bytes(data, request.encoding()) > WriteRequest.MOST_BYTES) {
            throw Failure.Invalid.field("data", "must be at most " + WriteRequest.MOST_BYTES + " bytes", null)
                    .asException();
        }
    }

    private static int bytes(String data, @Nullable String encoding) {
        try {
            return "base64".equals(encoding)
                    ? Base64.getDecoder().decode(data).length
                    : data.getBytes(StandardCharsets.UTF_8).length;
        } catch (IllegalArgumentException e) {
            throw Failure.Invalid.field("data", "must be base64", data).causedBy(e);
        }
    }

    private static void checkWait(List<FieldError> broken, @Nullable Integer waitMs, int maxWaitMs) {
        if (waitMs != null && waitMs > maxWaitMs) {
            broken.add(new FieldError("waitMs", "must be 0 to " + maxWaitMs, waitMs));
        }
    }

    private static void checkArgs(List<FieldError> broken, @Nullable List<String> args, @Nullable Boolean useShell) {
        if (args != null && !args.isEmpty() && !Boolean.FALSE.equals(useShell)) {
            broken.add(new FieldError("args", "needs useShell false", null));
        }
    }

    private static void refuse(List<FieldError> broken) {
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
    }

    /** One that could not be is not there. */
    static void checkSession(String sessionId) {
        if (!SESSION_ID.matcher(sessionId).matches()) {
            throw new Failure.Refused(
                            ErrorCode.SESSION_NOT_FOUND, "No such session", Map.of("sessionId", Excerpt.of(sessionId)))
                    .asException();
        }
    }

    static void checkPid(int pid) {
        if (pid < 1) {
            throw Failure.Invalid.field("pid", "must be at least 1", pid).asException();
        }
    }
}
