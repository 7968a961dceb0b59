package dev.elevo.platform.sandbox;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.trace.Trace;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work on a sandbox or a snapshot that goes on by itself when nobody waits for it any more. Where the process is frozen meanwhile, the
 * sweeper finishes it.
 */
public final class Background<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    /** The client's own wish that cannot be; no operator needs to know. */
    private static final Set<ErrorCode> EXPECTED = EnumSet.of(
            ErrorCode.VALIDATION_ERROR,
            ErrorCode.NOT_IMPLEMENTED,
            ErrorCode.TEMPLATE_NOT_FOUND,
            ErrorCode.SANDBOX_NOT_RUNNING,
            ErrorCode.SANDBOX_NOT_FOUND);

    private final FutureTask<T> work;

    private Background(String name, Callable<T> task) {
        work = new FutureTask<>(Trace.carried(task)) {
            @Override
            protected void setException(Throwable t) {
                if (t instanceof ApiException refusal
                        && EXPECTED.contains(refusal.failure().code())) {
                    LOG.info("{}: {}", name, refusal.failure().message());
                } else {
                    // Who waits is told; who does not wait finds the reason in its record, and the operator here.
                    LOG.warn("{} failed", name, t);
                }
                super.setException(t);
            }
        };
        Thread.ofVirtual().name(name).start(work);
    }

    public static <T> Background<T> start(String name, Callable<T> task) {
        return new Background<>(name, task);
    }

    /** Its result; empty when it takes longer. */
    public Optional<T> await(Duration patience) {
        try {
            return Optional.of(work.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException stillWorking) {
            return Optional.empty();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ApiException refusal -> throw refusal;
                case RuntimeException broken -> throw broken;
                case Error broken -> throw broken;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while something was worked at", e);
        }
    }
}
