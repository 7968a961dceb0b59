package dev.elevo.agent.snapshot;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** The files of the snapshot before, which are read while it is found out what is stored. */
final class ParentAhead implements AutoCloseable {
    private final FutureTask<Optional<ParentFiles>> loading;

    private ParentAhead(FutureTask<Optional<ParentFiles>> loading) {
        this.loading = loading;
    }

    static ParentAhead begin(Callable<Optional<ParentFiles>> loading) {
        var task = new FutureTask<>(loading);
        Thread.ofPlatform().name("snapshot-parent").daemon().start(task);
        return new ParentAhead(task);
    }

    /** Null when they are of no use. */
    @Nullable
    ParentFiles get() throws IOException {
        return Futures.get(loading).orElse(null);
    }

    @Override
    public void close() {
        Futures.settle(loading);
        if (loading.state() == Future.State.SUCCESS) {
            loading.resultNow().ifPresent(ParentFiles::close);
        }
    }
}
