package dev.elevo.localstack.runtime;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One JVM of a function, from its start to its end, with the Runtime API that only it talks to. */
final class FunctionProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FunctionProcess.class);
    private static final Duration PATIENCE_AT_END = Duration.ofSeconds(5);

    private final FunctionProgram program;
    private final RuntimeApi api;
    private final Process process;

    private FunctionProcess(FunctionProgram program, RuntimeApi api, Process process) {
        this.program = program;
        this.api = api;
        this.process = process;
    }

    static FunctionProcess start(FunctionProgram program) throws IOException {
        var api = RuntimeApi.start(program.name());
        try {
            var builder = new ProcessBuilder(program.command())
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(program.log().toFile()));
            builder.environment().putAll(program.environment());
            builder.environment().put("AWS_LAMBDA_RUNTIME_API", api.address());
            var process = builder.start();
            var _ = process.onExit()
                    .thenAccept(ended -> api.end(program.name() + " ended with exit code " + ended.exitValue()));
            return new FunctionProcess(program, api, process);
        } catch (IOException e) {
            api.close();
            throw e;
        }
    }

    CompletableFuture<Void> started() {
        return api.started();
    }

    /** Whether it may be given work. One that is being killed lives on for a moment. */
    boolean isFit() {
        return process.isAlive() && !api.isOver();
    }

    long pid() {
        return process.pid();
    }

    /** A function that is late is ended, as on Lambda: nobody knows what it would do next. */
    String invoke(String event, Duration time) throws FunctionFailedException, InterruptedException {
        var result = api.invoke(event, Instant.now().plus(time));
        try {
            return result.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            kill("timed out after " + time);
            throw new FunctionFailedException(program.name() + " timed out after " + time);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FunctionFailedException failed) {
                throw failed;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            kill("was given up");
            throw e;
        }
    }

    private void kill(String why) {
        api.end(program.name() + " " + why);
        process.destroyForcibly();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_AT_END.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("{} does not end by itself", program.name());
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        api.close();
    }
}
