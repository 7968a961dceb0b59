package dev.elevo.localstack.runtime;

import dev.elevo.contract.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes of one function, so many as it may do things at once. One that has died is replaced when it is its turn. */
public final class FunctionProcesses implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionProcesses.class);

    private final FunctionProgram program;
    private final Duration time;

    /** The last that was used comes first: it is the warmest. */
    private final BlockingDeque<FunctionProcess> idle = new LinkedBlockingDeque<>();

    private final List<FunctionProcess> all = new ArrayList<>();

    private boolean closed;

    private FunctionProcesses(FunctionProgram program, Duration time) {
        this.program = program;
        this.time = time;
    }

    /**
     * Starts them, and does not wait until they can work.
     *
     * @param time one invocation may take, and may wait for its turn
     */
    public static FunctionProcesses start(FunctionProgram program, int count, Duration time) throws IOException {
        var processes = new FunctionProcesses(program, time);
        try {
            for (int i = 0; i < count; i++) {
                processes.idle.add(processes.startOne());
            }
            return processes;
        } catch (IOException e) {
            processes.close();
            throw e;
        }
    }

    /** Done when all have started; fails when one cannot. */
    public CompletableFuture<Void> started() {
        synchronized (all) {
            return CompletableFuture.allOf(
                    all.stream().map(FunctionProcess::started).toArray(CompletableFuture[]::new));
        }
    }

    /** The function's JSON. */
    public String invoke(String event) throws FunctionFailedException, IOException, InterruptedException {
        var process = idle.pollFirst(time.toMillis(), TimeUnit.MILLISECONDS);
        if (process == null) {
            throw new Failure.Unavailable("The function is busy", Duration.ofSeconds(1)).asException();
        }
        try {
            process = fit(process);
            return process.invoke(event, time);
        } finally {
            idle.addFirst(process);
        }
    }

    /** Only now, not at once: a function that cannot live must not be started again and again for nobody. */
    private FunctionProcess fit(FunctionProcess process) throws IOException {
        if (process.isFit()) {
            return process;
        }
        LOG.warn("{} (process {}) has ended; starting it again", program.name(), process.pid());
        var successor = startOne();
        synchronized (all) {
            all.remove(process);
        }
        process.close();
        return successor;
    }

    private FunctionProcess startOne() throws IOException {
        synchronized (all) {
            if (closed) {
                throw new IOException(program.name() + " is not started any more");
            }
            var process = FunctionProcess.start(program);
            all.add(process);
            return process;
        }
    }

    List<Long> pids() {
        synchronized (all) {
            return all.stream().map(FunctionProcess::pid).toList();
        }
    }

    @Override
    public void close() {
        synchronized (all) {
            closed = true;
            all.forEach(FunctionProcess::close);
            all.clear();
        }
    }
}
