package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a running process. It stays in memory while it is little and nobody has seen any of it: the helper still has it
 * too. What a client has seen, and what is much, is on disk; what is shown as it comes, a moment later.
 */
final class LiveOutput {
    /** After which nobody is waited for who has not begun to read, since he was told that he can. */
    private static final long FIRST_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** For him to be told at once, where the call itself does not wait. Nobody else can be at a process whose number nobody has. */
    private static final long UNTOLD_PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** After which a reader who does not come back is waited for no longer: he may have a slow line, and a page has a megabyte. */
    private static final long READER_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** What comes with one acknowledgement, twice. */
    private static final int ROOM_FOR_MORE = 256 << 10;

    private static final long UNSAVED_MILLIS = 1000;
    private static final Logger LOG = LoggerFactory.getLogger(LiveOutput.class);
    private static final ScheduledExecutorService SAVER = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("output-saver").daemon().factory());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Path directory;
    private final int most;
    private Mark mark;
    private List<OutputPart> unsaved = new ArrayList<>();
    private Output.Point total;
    private boolean shown;
    private @Nullable OutputFiles files;
    private EndedProcess.@Nullable OutputSource ended;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Output.Point read = Output.Point.START;
    private long readUntil = System.nanoTime() + UNTOLD_PATIENCE_NANOS;
    private boolean letGo;

    /** The {@link RunningMark}, wanted only if it comes to files. */
    interface Mark {
        byte[] bytes() throws IOException;
    }

    LiveOutput(Path directory, int most, Mark mark) {
        this.mark = mark;
        this.directory = directory;
        this.most = most;
        this.total = Output.Point.START;
    }

    /** Goes on with the files of a former agent. */
    static LiveOutput resume(Path directory, int most) throws IOException {
        // Its mark lies there already, and whoever changes it says how.
        var output = new LiveOutput(directory, most, () -> new byte[0]);
        var files = OutputFiles.open(directory, most);
        output.files = files;
        output.total = files.total();
        output.awaitFirstReader();
        return output;
    }

    void mark(Mark other) {
        lock.lock();
        try {
            mark = other;
        } finally {
            lock.unlock();
        }
    }

    Output.Point total() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }

    void add(OutputStreamName stream, byte[] bytes) {
        lock.lock();
        try {
            unsaved.add(new OutputPart(stream, bytes));
            total = total.plus(stream, bytes.length);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        ring();
    }

    /** There is more to know, if not more output. */
    void ring() {
        listeners.forEach(Runnable::run);
    }

    /** Is run whenever there is more, in the thread that brings it: it must be short. */
    void listen(Runnable listener) {
        listeners.add(listener);
    }

    void unlisten(Runnable listener) {
        listeners.remove(listener);
    }

    /** Writes the mark anew, where there is one. */
    void remark() throws IOException {
        lock.lock();
        try {
            if (files != null && ended == null) {
                var written = Files.write(directory.resolve(RunningMark.FILE + ".new"), mark.bytes());
                Files.move(written, directory.resolve(RunningMark.FILE), StandardCopyOption.ATOMIC_MOVE);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What is on disk by now. */
    Output.Point saved() {
        lock.lock();
        try {
            return files == null ? Output.Point.START : files.total();
        } finally {
            lock.unlock();
        }
    }

    /** Everything up to the returned point is on disk. */
    Output.Point save() throws IOException {
        lock.lock();
        try {
            if (ended == null) {
                openFiles();
            }
            return total;
        } finally {
            lock.unlock();
        }
    }

    /** Somebody is told the number of the process, and may read from now on: what there is lies on disk, and he is waited for. */
    void offer() throws IOException {
        save();
        awaitFirstReader();
    }

    private void awaitFirstReader() {
        lock.lock();
        try {
            readUntil = Math.max(readUntil, System.nanoTime() + FIRST_PATIENCE_NANOS);
        } finally {
            lock.unlock();
        }
    }

    private OutputFiles openFiles() throws IOException {
        var open = files;
        if (open == null) {
            Files.createDirectory(directory);
            Files.write(directory.resolve(RunningMark.FILE), mark.bytes());
            open = OutputFiles.open(directory, most);
            files = open;
        }
        if (!unsaved.isEmpty()) {
            open.append(unsaved);
            unsaved = new ArrayList<>();
            shown = false;
        }
        return open;
    }

    /** What came behind the point, to be shown as it is; nothing if that is not all in memory. */
    Optional<List<OutputPart>> fresh(Output.Point behind) {
        lock.lock();
        try {
            if (ended != null) {
                return Optional.empty();
            }
            // From the end, since whoever asks has usually seen all but the last.
            var out = total.stdout();
            var err = total.stderr();
            var from = unsaved.size();
            while (from > 0 && (out > behind.stdout() || err > behind.stderr())) {
                var part = unsaved.get(--from);
                switch (part.stream()) {
                    case STDOUT -> out -= part.bytes().length;
                    case STDERR -> err -= part.bytes().length;
                }
            }
            if (out != behind.stdout() || err != behind.stderr()) {
                return Optional.empty();
            }
            var parts = List.copyOf(unsaved.subList(from, unsaved.size()));
            saveSoon(!parts.isEmpty());
            return Optional.of(parts);
        } finally {
            lock.unlock();
        }
    }

    /** Until then the helper has it, and only who loses the agent and the sandbox at once has seen what nobody knows. */
    private void saveSoon(boolean isShown) {
        if (isShown && !shown) {
            shown = true;
            var _ = SAVER.schedule(this::saveShown, UNSAVED_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void saveShown() {
        lock.lock();
        try {
            if (shown && ended == null) {
                openFiles();
            }
        } catch (IOException e) {
            // Whoever takes in more finds the same, and gives the process up for it.
            LOG.warn("what was shown is not saved yet", e);
            shown = false;
        } finally {
            lock.unlock();
        }
    }

    /** Reads what there is, on disk by then. */
    <T> T read(EndedProcess.Reading<T> reading) throws IOException {
        lock.lock();
        try {
            return ended == null ? reading.from(openFiles()) : ended.read(reading);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for more than there was at the point; false when the time is up or no more can come. */
    boolean awaitGrowth(Output.Point seen, long millis) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (total.equals(seen) && ended == null) {
                if (left <= 0) {
                    return false;
                }
                left = grown.awaitNanos(left);
            }
            return !total.equals(seen);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Somebody goes on from there, so what is before it has reached him, and he is at it.
     *
     * @param point of a stream that is not read: {@link Long#MAX_VALUE}
     */
    void wasReadUpTo(Output.Point point) {
        lock.lock();
        try {
            var furthest =
                    new Output.Point(Math.max(point.stdout(), read.stdout()), Math.max(point.stderr(), read.stderr()));
            readUntil = System.nanoTime() + READER_PATIENCE_NANOS;
            if (!furthest.equals(read)) {
                read = furthest;
                grown.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** While somebody is at it, what is new does not push out what is unread: the process waits for its reader. */
    void awaitReader() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            for (var left = readUntil - System.nanoTime();
                    left > 0 && ended == null && !letGo && wouldPushOut();
                    left = readUntil - System.nanoTime()) {
                grown.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean wouldPushOut() {
        return wouldPushOut(total.stdout(), read.stdout()) || wouldPushOut(total.stderr(), read.stderr());
    }

    private boolean wouldPushOut(long written, long readUpTo) {
        return written - Math.max(readUpTo, most) > Math.max(0, most - ROOM_FOR_MORE);
    }

    /** Nobody waits for a reader any more. */
    void letGo() {
        lock.lock();
        try {
            letGo = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean hasEnded() {
        lock.lock();
        try {
            return ended != null;
        } finally {
            lock.unlock();
        }
    }

    /** No more comes; from now on everything is read from the result. */
    Ending end() throws IOException {
        lock.lock();
        try {
            grown.signalAll();
            var inFiles = files != null;
            if (inFiles) {
                openFiles().close();
            }
            return ending(inFiles);
        } finally {
            lock.unlock();
        }
    }

    /** The same where nothing more can be kept: what is kept stays so. */
    Ending giveUp() {
        lock.lock();
        try {
            grown.signalAll();
            var inFiles = files != null;
            if (files != null) {
                try {
                    files.close();
                } catch (IOException e) {
                    LOG.warn("the files of an output did not close well", e);
                }
            }
            return ending(inFiles);
        } finally {
            lock.unlock();
        }
    }

    private Ending ending(boolean inFiles) {
        var source = inFiles
                ? EndedProcess.files(directory, most, total)
                : EndedProcess.small(new SmallOutput(unsaved, most));
        ended = source;
        return new Ending(source, total, inFiles, inFiles ? List.of() : List.copyOf(unsaved));
    }

    /**
     * Where the output is in the end.
     *
     * @param small all of it, when it never needed files
     */
    record Ending(EndedProcess.OutputSource source, Output.Point total, boolean inFiles, List<OutputPart> small) {}
}
