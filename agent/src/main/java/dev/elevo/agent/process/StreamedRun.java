package dev.elevo.agent.process;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.process.StreamEnd;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;

/** A command whose output goes to one reader as it comes, all of it. It ends with its reader. */
public final class StreamedRun implements AutoCloseable {
    private final LiveProcess process;
    private final Tap tap;
    private final Runnable kill;

    StreamedRun(LiveProcess process, Tap tap, Runnable kill) {
        this.process = process;
        this.tap = tap;
        this.kill = kill;
        var _ = process.end().whenComplete((end, failure) -> tap.end());
    }

    /** What the reader gets next. */
    public sealed interface Item {}

    /** What was written since the last item. */
    public record Output(List<OutputPart> parts) implements Item {}

    /** It runs on, and has written nothing since. */
    public record Nothing() implements Item {}

    /** All is said. */
    public record End(StreamEnd end) implements Item {}

    public int pid() {
        return process.pid();
    }

    /** Called whenever there is a next item, by threads that do not wait. */
    public void whenMore(Runnable call) {
        tap.whenMore(call);
    }

    /**
     * What there is to be told.
     *
     * @throws ApiException the command ended in no way that has a result
     */
    public Item next() throws IOException {
        var parts = tap.take();
        if (!parts.isEmpty()) {
            return new Output(parts);
        }
        return tap.hasEnded() ? new End(end()) : new Nothing();
    }

    private StreamEnd end() throws IOException {
        try {
            return RunResults.endOf(process.end().join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof ApiException known ? known : e;
        }
    }

    /** Nobody reads any more: what runs still is killed. */
    @Override
    public void close() {
        if (!process.end().isDone()) {
            kill.run();
        }
        tap.close();
    }
}
