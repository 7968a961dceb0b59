package dev.elevo.agent.lsp;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.agent.helper.Reply;
import dev.elevo.agent.process.MarkedProcesses;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server as a process of the sandbox's user. Like a health check it has no note and is nobody's process: an agent that finds one
 * its predecessor left ends it.
 */
final class ServerProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final int KILL = 9;
    private static final Duration WRITING = Duration.ofSeconds(10);
    private static final Duration DYING = Duration.ofMillis(500);

    /** In which a large message has to arrive. */
    private static final long MOST_NANOS_ARRIVING = TimeUnit.SECONDS.toNanos(30);

    private final Helper helper;
    private final HelperProcess process;
    private final String mark;
    private final MessageFrames frames;
    private final Allowance allowance;
    private final Outbox outbox = new Outbox(Budget.OUTGOING);
    private final CompletableFuture<ServerEnd> end = new CompletableFuture<>();
    private final AtomicReference<@Nullable String> broken = new AtomicReference<>();

    private ServerProcess(Helper helper, HelperProcess process, String mark, MessageRoom room) {
        this.helper = helper;
        this.process = process;
        this.mark = mark;
        this.allowance = new Allowance();
        this.frames = new MessageFrames(room, allowance);
    }

    /**
     * Starts it.
     *
     * @param mark in its environment and in that of all that it starts
     * @throws HelperRefusal it cannot be started
     */
    static ServerProcess start(Helper helper, ExecRequest request, String mark, MessageRoom room) throws IOException {
        return new ServerProcess(helper, helper.exec(request), mark, room);
    }

    /** From here on what it says is taken. */
    void begin(MessageFrames.Sink sink) {
        Thread.ofVirtual().name("lsp-in-" + process.pid()).start(() -> {
            try {
                end.complete(listen(sink));
            } finally {
                kill("failed"); // nobody listens to it any more, whatever has kept us from it
                end.complete(new ServerEnd.Broken("failed"));
            }
        });
        Thread.ofVirtual().name("lsp-out-" + process.pid()).start(this::speak);
    }

    Budget.Taking say(String message) {
        return outbox.add(message);
    }

    CompletableFuture<ServerEnd> end() {
        return end;
    }

    boolean isAlive() {
        return !end.isDone() && broken.get() == null;
    }

    private ServerEnd listen(MessageFrames.Sink sink) {
        long stdout = 0;
        long stderr = 0;
        try {
            for (; ; ) {
                switch (process.next()) {
                    case Reply.Output(var stream, var offset, var data) -> {
                        if (stream == OutputStreamName.STDOUT) {
                            stdout = offset + data.length;
                        } else {
                            stderr = offset + data.length;
                        }
                        process.acknowledge(stdout, stderr);
                        hear(stream, data, sink);
                    }
                    case Reply.Ended ended -> {
                        process.forget();
                        endOffspring();
                        var reason = broken.get();
                        return reason == null
                                ? new ServerEnd.Exited(ended.bySignal(), ended.code())
                                : new ServerEnd.Broken(reason);
                    }
                    case Reply.StdinAccepted accepted ->
                        throw new IllegalStateException("consumed by the process itself: " + accepted);
                }
            }
        } catch (IOException e) {
            LOG.debug("a language server is gone with its sandbox", e);
            return new ServerEnd.Lost();
        } finally {
            outbox.close();
            close();
        }
    }

    /** A server is often two or three processes, and not all of them in one group. */
    private void endOffspring() {
        try {
            if (!MarkedProcesses.kill(helper, mark)) {
                LOG.warn("what a language server has started does not end");
            }
        } catch (IOException e) {
            LOG.debug("what a language server has started ends with its sandbox", e);
        }
    }

    /** What it says once it is to be ended is heard by nobody, but has to be taken. */
    private void hear(OutputStreamName stream, byte[] data, MessageFrames.Sink sink) {
        if (broken.get() != null) {
            return;
        }
        try {
            if (stream == OutputStreamName.STDOUT) {
                frames.feed(data, sink);
            } else {
                allowance.spend(data.length);
            }
        } catch (BrokenServerException e) {
            kill(String.valueOf(e.getMessage()));
        }
    }

    private void speak() {
        try {
            for (var next = outbox.take(); next != null; next = outbox.take()) {
                if (!process.feed(next, WRITING)) {
                    awaitEnd();
                    kill("not_reading");
                    return;
                }
            }
        } catch (IOException e) {
            LOG.debug("a language server takes nothing any more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One that dies closes its stdin first: why it died is to be told, and not that it reads no more. */
    private void awaitEnd() throws InterruptedException {
        try {
            end.get(DYING.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.debug("a language server lives and does not read", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a process is never a failure", e);
        }
    }

    /** Now and then. */
    void look() {
        var since = frames.largeSince();
        if (since != 0 && System.nanoTime() - since > MOST_NANOS_ARRIVING) {
            kill("stalled");
        }
    }

    /** Ends it and all that it has started; {@link #end} tells when that is so. */
    void kill(String reason) {
        if (!broken.compareAndSet(null, reason)) {
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                helper.signal(process.id(), KILL);
            } catch (HelperRefusal refusal) {
                if (refusal.step() != FailedStep.MISSING) {
                    LOG.warn("a language server is not ended", refusal);
                }
            } catch (IOException e) {
                LOG.debug("a language server is gone with its sandbox", e);
            }
        });
    }

    private void close() {
        try {
            frames.close();
            process.close();
            helper.close();
        } catch (IOException e) {
            LOG.debug("the connection to a language server is not closed", e);
        }
    }
}
