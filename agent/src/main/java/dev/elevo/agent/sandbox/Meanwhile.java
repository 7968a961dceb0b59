package dev.elevo.agent.sandbox;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Something that is done while its client does something else. */
final class Meanwhile<T> {
    private final FutureTask<T> work;
    private boolean isGivenAway;

    private Meanwhile(FutureTask<T> work) {
        this.work = work;
    }

    static <T> Meanwhile<T> start(String name, Callable<T> work) {
        var started = later(work);
        Thread.ofPlatform().name(name).daemon().start(started::run);
        return started;
    }

    /** The same by {@link #run}. */
    static <T> Meanwhile<T> later(Callable<T> work) {
        return new Meanwhile<>(new FutureTask<>(work));
    }

    /** Whatever comes of it is for those who ask. */
    void run() {
        work.run();
    }

    /** What came of it, when it is done. */
    T get() throws IOException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException known -> throw known;
                case RuntimeException known -> throw known;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + work, e);
        }
    }

    /** The same, which is the caller's from now on. For whoever ends it. */
    T giveAway() throws IOException {
        var made = get();
        isGivenAway = true;
        return made;
    }

    /** What is done with something that is not needed any more. */
    interface End<T> {
        void of(T made) throws IOException;
    }

    /** Does away with what came of it, if it is ours. Where nothing did, its client knows that already. */
    void end(End<T> end) throws IOException {
        if (isGivenAway) {
            return;
        }
        T made;
        try {
            made = work.get();
        } catch (ExecutionException nothingWasMade) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + work, e);
        }
        end.of(made);
    }
}
