package dev.elevo.agent.process;

import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.OutputStreamName;
import dev.elevo.agent.stream.Session;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.process.OutputPage.Chunk;
import dev.elevo.contract.pty.PtySize;
import dev.elevo.contract.stream.ClientMessage;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One reader of what a process writes, who may write to it, too. It reads what is kept anyway, from its own place on: however slow
 * it is, nothing is kept for it, and neither the process nor another reader waits for it.
 */
final class OutputSession implements Session {
    /** Of bytes in one message. */
    private static final int CHUNK = 16 * 1024;

    /** In which a line's end is looked for, where a history has to begin in the middle. */
    private static final int BEGINNING = 4 * 1024;

    private static final EnumSet<OutputStreamName> BOTH = EnumSet.allOf(OutputStreamName.class);

    private final SandboxProcesses all;
    private final FoundProcess found;
    private final boolean isTerminal;
    private final ServerMessages says;
    private final long token;
    private final CompletableFuture<EndedProcess> end;
    private final Queue<Saying> ready = new ArrayDeque<>();
    private final Runnable bell;
    private volatile Output.Point at;
    /** Of one that has ended, as soon as any of it was read. */
    private volatile Output.Point total;

    private long number;
    private boolean told;

    private OutputSession(
            SandboxProcesses all,
            FoundProcess found,
            boolean isTerminal,
            Output.Point at,
            ServerMessages says,
            Runnable bell) {
        this.all = all;
        this.found = found;
        this.isTerminal = isTerminal;
        this.at = at;
        this.total = at;
        this.says = says;
        this.bell = bell;
        this.token = note(found).token();
        this.end = switch (found) {
            case FoundProcess.Live(var live) -> live.end();
            case FoundProcess.Ended(var ended) -> CompletableFuture.completedFuture(ended);
        };
    }

    /**
     * Where a reader wants to begin.
     *
     * @param history whether with what was written before
     * @param cursor of the place he knows already, which then decides
     */
    record Wish(
            boolean isTerminal, boolean history, @Nullable String cursor) {}

    /** @param bell what is rung when there is more to say */
    static OutputSession open(SandboxProcesses all, FoundProcess found, Wish wish, ServerMessages says, Runnable bell)
            throws IOException {
        var at = read(found, output -> begin(found, output, wish));
        var session = new OutputSession(all, found, wish.isTerminal(), at, says, bell);
        if (found instanceof FoundProcess.Live(var live)) {
            live.output().listen(session.bell);
        }
        return session;
    }

    private static Output.Point begin(FoundProcess found, Output output, Wish wish) throws IOException {
        var total = output.total();
        var cursor = wish.cursor();
        if (cursor != null && !cursor.isEmpty()) {
            return Cursor.parse(cursor, note(found).token(), total).read();
        }
        if (!wish.history()) {
            return total;
        }
        return wish.isTerminal() ? beginOfHistory(output) : Output.Point.START;
    }

    /** Behind the end of a line where it can be: no character and no command to the terminal goes across one. */
    private static Output.Point beginOfHistory(Output output) throws IOException {
        var total = output.total().stdout();
        var kept = firstShown(output);
        if (kept == 0) {
            return Output.Point.START;
        }
        var beginning = output.read(OutputStreamName.STDOUT, kept, (int) Math.min(BEGINNING, total - kept));
        for (var i = 0; i < beginning.length; i++) {
            if (beginning[i] == '\n') {
                return new Output.Point(kept + i + 1, 0);
            }
        }
        return new Output.Point(kept + Utf8.orphaned(beginning), 0);
    }

    /** Of a terminal the end is shown, whatever is kept besides. */
    private static long firstShown(Output output) {
        return Math.max(0, output.total().stdout() - output.most());
    }

    private static ProcessNote note(FoundProcess found) {
        return switch (found) {
            case FoundProcess.Live(var live) -> live.note();
            case FoundProcess.Ended(var ended) -> ended.record().note();
        };
    }

    private static <T> T read(FoundProcess found, EndedProcess.Reading<T> reading) throws IOException {
        return switch (found) {
            case FoundProcess.Live(var live) -> live.output().read(reading);
            case FoundProcess.Ended(var ended) -> ended.output().read(reading);
        };
    }

    @Override
    public Set<String> takes() {
        return isTerminal ? Set.of("input", "resize") : Set.of("input");
    }

    @Override
    public @Nullable Saying next() throws IOException {
        if (ready.isEmpty()) {
            // Asked before the reading: what was written last was written before the end.
            var over = end.isDone();
            if (!takeFresh()) {
                read(found, output -> {
                    take(output, over);
                    return output;
                });
            }
            if (ready.isEmpty() && over) {
                sayEnd();
            }
        }
        return ready.poll();
    }

    /** What came just now goes on as it is. False where there is too much of it, or more before it. */
    private boolean takeFresh() {
        if (!(found instanceof FoundProcess.Live(var live))) {
            return false;
        }
        var fresh = live.output().fresh(at).orElse(null);
        if (fresh == null
                || fresh.stream().mapToInt(part -> part.bytes().length).sum() > CHUNK) {
            return false;
        }
        for (var part : fresh) {
            at = at.plus(part.stream(), part.bytes().length);
            say(part.stream().wireName(), Base64.getEncoder().encodeToString(part.bytes()), at, 0);
        }
        return true;
    }

    private void say(String stream, String base64, Output.Point behind, long dropped) {
        var cursor = new Cursor(token, behind).text();
        ready.add(new Message(says.data(isTerminal ? null : stream, base64, ++number, cursor, dropped)));
    }

    private void take(Output output, boolean over) throws IOException {
        total = output.total();
        var from = at;
        long dropped = 0;
        if (isTerminal && from.stdout() < firstShown(output)) {
            if (number > 0) {
                // It has seen the beginning and cannot have the middle: it shall begin anew.
                ready.add(new End(CloseCode.TOO_SLOW));
                return;
            }
            var begin = beginOfHistory(output);
            dropped = begin.stdout() - from.stdout();
            from = begin;
        }
        var page = new OutputPager(output, BOTH, OutputEncoding.BASE64, over).read(from, CHUNK);
        dropped += page.dropped();
        for (var i = 0; i < page.chunks().size(); i++) {
            var chunk = page.chunks().get(i);
            var isLast = i + 1 == page.chunks().size();
            from = isLast ? page.next() : behind(from, chunk);
            say(chunk.stream(), chunk.data(), from, i == 0 ? dropped : 0);
        }
        if (page.chunks().isEmpty() && dropped > 0) {
            // All of it is gone, and there is nothing that could say so beside.
            say(OutputStreamName.STDOUT.wireName(), "", page.next(), dropped);
        }
        at = page.next();
    }

    private static Output.Point behind(Output.Point from, Chunk chunk) {
        var end = chunk.offset() + Base64.getDecoder().decode(chunk.data()).length;
        return chunk.stream().equals(OutputStreamName.STDOUT.wireName())
                ? new Output.Point(end, from.stderr())
                : new Output.Point(from.stdout(), end);
    }

    private void sayEnd() {
        if (told) {
            return;
        }
        told = true;
        ProcessRecord record;
        try {
            record = end.join().record();
        } catch (CompletionException abandoned) {
            ready.add(new End(CloseCode.INTERNAL)); // logged by whoever gave it up
            return;
        }
        if (record.lost()) {
            if (found instanceof FoundProcess.Ended) {
                ready.add(new End(CloseCode.REMOVED));
            }
            return; // its sandbox has ended, and whoever ended it tells how
        }
        var exit = says.exit(
                record.exitCode(),
                record.bySignal() ? Signals.name(record.code()) : null,
                record.timedOut(),
                record.durationMillis());
        ready.add(new Message(exit.getBytes(StandardCharsets.UTF_8)));
        ready.add(new End(CloseCode.ENDED));
    }

    @Override
    public long waiting() {
        var seen = at;
        var written =
                found instanceof FoundProcess.Live(var live) ? live.output().total() : total;
        return written.stdout() - seen.stdout() + written.stderr() - seen.stderr();
    }

    @Override
    public void receive(ClientMessage message) throws IOException, InterruptedException {
        if (message.type().equals("resize")) {
            resize(message.data());
        } else {
            input(message);
        }
    }

    /** What somebody types, as long as somebody reads it. */
    @Override
    public boolean takeAtOnce(ClientMessage message) {
        // One that is frozen takes nothing in, and who writes to it would wait.
        if (!isTerminal
                || all.isFrozen()
                || !message.type().equals("input")
                || !(found instanceof FoundProcess.Live(var live))) {
            return false;
        }
        try {
            return live.offer(bytes(message));
        } catch (IOException | ApiException e) {
            return false; // and whoever waits for it finds the same, and tells the client
        }
    }

    private void input(ClientMessage message) throws IOException, InterruptedException {
        var bytes = bytes(message);
        if (isTerminal) {
            Ptys.write(running(Ptys.ended(ErrorCode.PTY_WRITE_FAILED, pid())), bytes);
            return;
        }
        var closed = new Failure.Refused(ErrorCode.STDIN_CLOSED, "The process takes no input", Map.of("pid", pid()));
        var live = running(closed);
        var taken = live.takesInput() ? live.write(bytes, Ptys.PATIENCE) : HelperProcess.STDIN_CLOSED;
        if (taken == HelperProcess.STDIN_CLOSED) {
            throw closed.asException();
        }
        if (taken < bytes.length) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "The process does not read its stdin; send the rest later",
                            Map.of("resource", "stdin", "pid", pid(), "bytesWritten", taken))
                    .asException();
        }
        if (message.eof()) {
            live.endInput();
        }
    }

    private byte[] bytes(ClientMessage message) {
        var data = message.data();
        if (data == null && message.eof() && !isTerminal) {
            return new byte[0];
        }
        if (data == null || !data.isString()) {
            throw Failure.Invalid.field("data", "must be base64", null).asException();
        }
        try {
            return Base64.getDecoder().decode(data.getStringValue());
        } catch (IllegalArgumentException e) {
            throw Failure.Invalid.field("data", "must be base64", null).causedBy(e);
        }
    }

    private void resize(@Nullable JsonNode data) throws IOException {
        var broken = new ArrayList<FieldError>();
        var cols = within(data, "cols", PtySize.LEAST_COLS, PtySize.MOST_COLS, broken);
        var rows = within(data, "rows", PtySize.LEAST_ROWS, PtySize.MOST_ROWS, broken);
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
        Ptys.resize(all, running(Ptys.ended(ErrorCode.PTY_RESIZE_FAILED, pid())), cols, rows);
    }

    private static int within(@Nullable JsonNode data, String name, int least, int most, List<FieldError> broken) {
        var value = data == null || !data.isObject() ? null : data.get(name);
        if (value != null && value.isNumber()) {
            var number = value.getDoubleValue();
            if (number == Math.rint(number) && number >= least && number <= most) {
                return (int) number;
            }
        }
        broken.add(new FieldError("data." + name, "must be " + least + " to " + most, null));
        return least;
    }

    private LiveProcess running(Failure otherwise) {
        if (found instanceof FoundProcess.Live(var live) && !live.end().isDone()) {
            return live;
        }
        throw otherwise.asException();
    }

    private int pid() {
        return switch (found) {
            case FoundProcess.Live(var live) -> live.pid();
            case FoundProcess.Ended(var ended) -> ended.record().pid();
        };
    }

    @Override
    public void close() {
        if (found instanceof FoundProcess.Live(var live)) {
            live.output().unlisten(bell);
        }
    }
}
