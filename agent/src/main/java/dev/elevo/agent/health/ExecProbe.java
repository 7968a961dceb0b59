package dev.elevo.agent.health;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.agent.SandboxSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A program ends well. It is the sandbox's user's like any other, but nobody's process: it has no note, and is forgotten at once. */
final class ExecProbe implements Probe {
    private static final int SIGKILL = 9;
    private static final Duration HELPERS_TIME = Duration.ofSeconds(2);
    private static final int MOST_MILLIS_STARTING = 1000;

    private final Path helperSocket;
    private final ExecRequest request;
    private final ReentrantLock starting = new ReentrantLock();

    /** Of a check that was cut short. The helper keeps what nobody has fetched, and has room for few. */
    private @Nullable Unfetched left;

    private record Unfetched(long id, long stdout, long stderr) {}

    ExecProbe(Path helperSocket, SandboxSpec spec, List<String> command, Duration timeout) {
        this.helperSocket = helperSocket;
        this.request = new ExecRequest(
                spec.user(),
                spec.workDir(),
                command,
                spec.env(),
                false,
                new ExecRequest.NoInput(),
                null,
                ExecRequest.Timeout.killing(timeout),
                new byte[0]);
    }

    /** The helper ends the program when its time is up, and tells. */
    @Override
    public Duration slack() {
        return HELPERS_TIME;
    }

    /** Not between the question and its answer: what was started then would be nobody's, and stay at the helper for ever. */
    @Override
    public void cutShort(Thread looking) {
        var answered = false;
        try {
            answered = starting.tryLock(MOST_MILLIS_STARTING, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        looking.interrupt();
        if (answered) {
            starting.unlock();
        }
    }

    /** One at a time: the last one may only just be learning that it was cut short. */
    @Override
    public synchronized boolean passes() throws IOException {
        try (var helper = new Helper(helperSocket)) {
            fetchLeft(helper);
            try (var process = start(helper)) {
                var end = end(process, new Unfetched(process.id(), 0, 0));
                return !end.bySignal() && end.code() == 0;
            }
        }
    }

    private HelperProcess start(Helper helper) throws IOException {
        starting.lock();
        try {
            var process = helper.exec(request);
            left = new Unfetched(process.id(), 0, 0);
            return process;
        } finally {
            starting.unlock();
        }
    }

    private void fetchLeft(Helper helper) throws IOException {
        var unfetched = left;
        if (unfetched == null) {
            return;
        }
        try (var process = helper.attach(unfetched.id(), unfetched.stdout(), unfetched.stderr())) {
            try {
                helper.signal(unfetched.id(), SIGKILL);
            } catch (HelperRefusal refusal) {
                if (refusal.step() != FailedStep.MISSING) {
                    throw refusal; // else it is over
                }
            }
            end(process, unfetched);
        } catch (HelperRefusal refusal) {
            if (refusal.step() != FailedStep.MISSING) {
                throw refusal;
            }
            left = null;
        }
    }

    /** What it says interests nobody, but unread it would have to wait. */
    private Reply.Ended end(HelperProcess process, Unfetched from) throws IOException {
        left = from;
        for (var at = from; ; left = at) {
            switch (process.next()) {
                case Reply.Output(var stream, var offset, var data) -> {
                    var read = offset + data.length;
                    at = stream == OutputStreamName.STDOUT
                            ? new Unfetched(at.id(), read, at.stderr())
                            : new Unfetched(at.id(), at.stdout(), read);
                    process.acknowledge(at.stdout(), at.stderr());
                }
                case Reply.Ended ended -> {
                    process.forget();
                    left = null;
                    return ended;
                }
                case Reply.StdinAccepted accepted ->
                    throw new IllegalStateException("consumed by the process itself: " + accepted);
            }
        }
    }
}
