package dev.elevo.functions.process;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.process.RunRequest;
import java.util.ArrayList;

/** The rules of a run that annotations cannot say: those that depend on other fields or on the deployment. */
final class RunRules {
    private RunRules() {}

    /** The request with the time to wait filled in, or 9004. */
    static RunRequest fill(RunRequest request, int maxWaitMs) {
        var broken = new ArrayList<FieldError>();
        var waitMs = request.waitMs() == null ? maxWaitMs : request.waitMs();
        if (waitMs > maxWaitMs) {
            broken.add(new FieldError("waitMs", "must be 0 to " + maxWaitMs, waitMs));
        }
        var args = request.args();
        if (args != null && !args.isEmpty() && !Boolean.FALSE.equals(request.useShell())) {
            broken.add(new FieldError("args", "needs useShell false", null));
        }
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
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
                waitMs,
                request.encoding(),
                request.maxBuffer(),
                request.input());
    }

    static void checkPid(int pid) {
        if (pid < 1) {
            throw Failure.Invalid.field("pid", "must be at least 1", pid).asException();
        }
    }
}
