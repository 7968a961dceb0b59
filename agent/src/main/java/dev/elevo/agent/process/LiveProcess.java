package dev.elevo.agent.process;

import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.HelperProtocolException;
import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.ApiException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that runs, and the thread that takes in what it writes. */
final class LiveProcess {
    private static final Logger LOG = LoggerFactory.getLogger(LiveProcess.class);
    private static final int MOST_UNACKNOWLEDGED = 128 << 10;

    private final Keeper keeper;
    private volatile ProcessNote note;
    private final LiveOutput output;
    private final CompletableFuture<EndedProcess> end = new CompletableFuture<>();
    private final int pid;
    private final Instant startedAt;
    private final long memoryKillsBefore;
    private final @Nullable Tap tap;
    private final AtomicBoolean stdinEnded = new AtomicBoolean();
    private volatile HelperProcess process;
    private volatile Instant lastActivityAt;

    /** Whoever reads the output saves it too, and tells the helper nothing, which keeps 256 KiB and then lets the process wait. */
    private int unacknowledged;

    /** Whoever keeps the process while it lives and after. */
    interface Keeper {
        /** Another connection to the same process, behind the output taken in; empty when its sandbox is gone. */
        Optional<HelperProcess> reconnect(HelperProcess lost, Output.Point seen);

        /** The agent ends and leaves the process to the next one. */
        boolean isLetGo();

        void kill(HelperProcess process);

        /** It is over, seen or unseen: from now on it is among the ended. */
        void ended(LiveProcess process, Reply.Ended reply, LiveOutput.Ending output);

        void lost(LiveProcess process, LiveOutput.Ending output);
    }

    LiveProcess(
            Keeper keeper,
            ProcessNote note,
            HelperProcess process,
            LiveOutput output,
            long memoryKillsBefore,
            @Nullable Tap tap) {
        this.tap = tap;
        this.keeper = keeper;
        this.note = note;
        this.process = process;
        this.output = output;
        this.pid = process.pid();
        this.startedAt = process.startedAt();
        this.memoryKillsBefore = memoryKillsBefore;
        this.lastActivityAt = Instant.now();
        var _ = end.whenComplete((record, broken) -> output.ring());
    }

    ProcessNote note() {
        return note;
    }

    int pid() {
        return pid;
    }

    Instant startedAt() {
        return startedAt;
    }

    /** When it last wrote something, or was written to. */
    Instant lastActivityAt() {
        return lastActivityAt;
    }

    void noteActivity() {
        lastActivityAt = Instant.now();
    }

    /** Whether there is somebody inside who reads what is written to it, as long as it runs. */
    boolean takesInput() {
        return note.terminal() != null || (note.why().stdin() && !stdinEnded.get());
    }

    /** As {@link HelperProcess#write(byte[], Duration)}. */
    int write(byte[] bytes, Duration patience) throws IOException, InterruptedException {
        noteActivity();
        return takesInput() ? process.write(bytes, patience) : HelperProcess.STDIN_CLOSED;
    }

    /** As {@link HelperProcess#offer}. */
    boolean offer(byte[] bytes) throws IOException {
        noteActivity();
        return takesInput() && process.offer(bytes);
    }

    /** How much of its command one that waited for its turn has been told, also by a former agent. */
    long told() {
        return process.stdinAccepted();
    }

    /** Its turn has come: the rest of its command. */
    void tell(byte[] rest) throws IOException, InterruptedException {
        noteActivity();
        if (!process.write(rest)) {
            throw new IOException("it did not take its command");
        }
        process.endStdin();
    }

    /** Tells whether it was open. A terminal stays so: there it is a character like any other. */
    boolean endInput() throws IOException {
        if (!takesInput() || (note.terminal() == null && !stdinEnded.compareAndSet(false, true))) {
            return false;
        }
        process.endStdin();
        return true;
    }

    HelperProcess process() {
        return process;
    }

    /** From now on that is known of it, also by the next agent. */
    void renote(ProcessNote other) throws IOException {
        note = other;
        output.remark();
    }

    /** How many the kernel had killed in the sandbox for want of memory when this one started. */
    long memoryKillsBefore() {
        return memoryKillsBefore;
    }

    LiveOutput output() {
        return output;
    }

    /** Done when the process is; exceptionally when its output could not be kept. */
    CompletableFuture<EndedProcess> end() {
        return end;
    }

    void follow() {
        // Whoever is waited for has one that waits in the kernel: to wake a virtual one costs twice as much.
        var isAwaited = tap != null || note.terminal() != null;
        var thread = isAwaited ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
        thread.name("process-" + pid).start(this::run);
    }

    /** Whoever reads it is waited for no longer. */
    void letGo() {
        output.letGo();
        if (tap != null) {
            tap.close();
        }
    }

    void disconnect() {
        letGo();
        try {
            process.close();
        } catch (IOException e) {
            LOG.debug("connection of process {} does not close", pid, e);
        }
    }

    private void run() {
        try {
            while (!followConnection()) {
                if (keeper.isLetGo()) {
                    return;
                }
                var again = keeper.reconnect(process, output.total());
                if (again.isEmpty()) {
                    keeper.lost(this, output.end());
                    return;
                }
                process = again.get();
            }
        } catch (IOException | RuntimeException e) {
            abandon(e);
        }
    }

    /** True at the end of the process, false at the end of the connection. */
    private boolean followConnection() throws IOException {
        // A former agent or connection may have died before this was told. A helper that is full of it lets the process
        // wait, and we would have too little from it to speak up.
        var saved = output.saved();
        if (!saved.equals(Output.Point.START)) {
            acknowledge(saved);
        }
        for (; ; ) {
            Reply.Event event;
            try {
                event = process.next();
            } catch (HelperProtocolException e) {
                throw e;
            } catch (IOException disconnected) {
                process.close();
                return false;
            }
            switch (event) {
                case Reply.Output part -> take(part);
                case Reply.Ended reply -> {
                    end(reply);
                    return true;
                }
                case Reply.StdinAccepted ignored -> throw new IllegalStateException("consumed by the process itself");
            }
        }
    }

    private void take(Reply.Output part) throws IOException {
        if (part.offset() != output.total().of(part.stream())) {
            throw new Unbelievable("output goes on at the wrong offset");
        }
        if (note.terminal() != null) {
            noteActivity();
        }
        output.add(part.stream(), part.data());
        waitForReaders(part);
        unacknowledged += part.heldBytes();
        if (unacknowledged >= MOST_UNACKNOWLEDGED) {
            acknowledge(output.save());
            unacknowledged = 0;
        }
    }

    private void waitForReaders(Reply.Output part) throws IOException {
        try {
            if (tap == null) {
                output.awaitReader();
            } else {
                tap.put(new OutputPart(part.stream(), part.data()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private void acknowledge(Output.Point saved) throws IOException {
        try {
            process.acknowledge(saved.stdout(), saved.stderr());
        } catch (IOException disconnected) {
            // The next read says the same, and there it is dealt with.
            LOG.debug("helper went away under process {}", pid, disconnected);
        }
    }

    private void end(Reply.Ended reply) throws IOException {
        if (!output.total().equals(new Output.Point(reply.stdoutBytes(), reply.stderrBytes()))) {
            throw new Unbelievable("output is not as long as it is said to be");
        }
        keeper.ended(this, reply, output.end());
        try {
            process.forget();
        } catch (IOException disconnected) {
            LOG.debug("helper went away after process {}", pid, disconnected);
        }
    }

    /** Either the disk does not take the output, or the helper lies. Nothing true can be said of the process any more. */
    private void abandon(Exception cause) {
        LOG.error("process {} abandoned", pid, cause);
        keeper.kill(process);
        var failure = StartFailures.exhausted("The output of the process could not be kept", "output");
        try {
            process.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
        keeper.lost(this, output.giveUp());
        end.completeExceptionally(new ApiException(failure, cause));
    }

    /** The helper contradicts itself; it runs among the attacker's code. */
    private static final class Unbelievable extends IOException {
        Unbelievable(String message) {
            super(message);
        }
    }
}
