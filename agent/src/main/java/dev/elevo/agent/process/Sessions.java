package dev.elevo.agent.process;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.process.CreateSession;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.Session;
import dev.elevo.contract.process.SessionExec;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of one sandbox. Each command is a process of its own, which begins with the directory and the environment that
 * the one before left, and leaves its own in a private place. So a session has no shell that could die, be confused or be lied
 * to by what a command writes, and it outlives the agent as a record on disk.
 */
final class Sessions {
    static final String MARK = "ELEVO_SESSION";
    static final int MOST = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final Duration EXPIRY_REMEMBERED = Duration.ofHours(1);
    private static final int MOST_WAITING = 32;
    private static final String PREFIX = "session-";
    private static final List<String> WAITING = List.of("/bin/sh", "-c", "eval \"$(/bin/cat)\"");
    private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "ksh", "mksh", "zsh");

    private final SandboxSpec spec;
    private final Path directory;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final PrivatePlaces places;
    private final Errand errand;
    private final Work work;
    private final Map<String, Living> sessions = new ConcurrentHashMap<>();
    private final ReentrantLock creating = new ReentrantLock();

    /** Until then what a former agent left is not all known. */
    private volatile boolean open;

    /** What is done with processes. */
    interface Work {
        LiveProcess start(ProcessNote note, SandboxProcesses.Line line) throws IOException;

        /** To one that waited for its turn, which begins with that; one that cannot is killed. */
        void tell(LiveProcess process, byte[] command);

        /** Of one that did not start. */
        void removePlace(ProcessNote note);

        /** Kills every process that has the variable in its environment. */
        void killMarked(String variable) throws IOException;
    }

    /** A session and its commands that are not over: of these the first one runs. To be held while either is looked at or changed. */
    private static final class Living {
        private final Deque<Turn> turns = new ArrayDeque<>();
        private volatile SessionRecord record;

        Living(SessionRecord record) {
            this.record = record;
        }
    }

    /** Of a command: known by its token before it is a process. */
    private static final class Turn {
        private final long token;
        private final long order;
        private @Nullable LiveProcess process;
        private boolean begun;

        Turn(long token, long order, boolean begun) {
            this.token = token;
            this.order = order;
            this.begun = begun;
        }

        /** Also by a former agent, which may not have come to the end of it. */
        boolean isTold() {
            return begun || (process != null && process.told() > 0);
        }
    }

    private Sessions(
            SandboxSpec spec,
            Path directory,
            ObjectMapper json,
            InstantSource clock,
            PrivatePlaces places,
            Errand errand,
            Work work) {
        this.spec = spec;
        this.directory = directory;
        this.json = json;
        this.clock = clock;
        this.places = places;
        this.errand = errand;
        this.work = work;
    }

    /** With those that a former agent left. */
    static Sessions open(
            SandboxSpec spec,
            Path directory,
            ObjectMapper json,
            InstantSource clock,
            PrivatePlaces places,
            Errand errand,
            Work work)
            throws IOException {
        var opened = new Sessions(spec, directory, json, clock, places, errand, work);
        try (var files = Files.newDirectoryStream(directory, PREFIX + "*.json")) {
            for (var file : files) {
                var record = json.readValue(Files.readAllBytes(file), SessionRecord.class);
                if (record != null) {
                    opened.sessions.put(record.id(), new Living(record));
                }
            }
        }
        return opened;
    }

    Session create(CreateSession request, @Nullable String onceKey) throws IOException {
        creating.lock();
        try {
            forgetOld();
            for (var living : sessions.values()) {
                if (onceKey != null && onceKey.equals(living.record.onceKey()) && !living.record.isExpired()) {
                    return living.record.toWire();
                }
            }
            var id = request.id() == null ? Ids.SESSION.random() : request.id();
            checkFree(id);
            var record = begin(id, request, onceKey);
            save(record);
            sessions.put(id, new Living(record));
            return record.toWire();
        } finally {
            creating.unlock();
        }
    }

    private void checkFree(String id) {
        var known = sessions.get(id);
        if (known != null && !known.record.isExpired()) {
            throw refused(ErrorCode.SESSION_ALREADY_EXISTS, "There is a session of this id", id);
        }
        if (sessions.values().stream()
                        .filter(living -> !living.record.isExpired())
                        .count()
                >= MOST) {
            throw new Failure.Refused(
                            ErrorCode.RESOURCE_EXHAUSTED,
                            "Too many sessions",
                            Map.of("resource", "sessions", "limit", MOST))
                    .asException();
        }
    }

    /** What the first command will find, as a shell of the session's user sees it; and whether there can be one. */
    private SessionRecord begin(String id, CreateSession request, @Nullable String onceKey) throws IOException {
        var asRun = new RunRequest(
                ":", null, null, request.cwd(), request.env(), null, request.user(), null, 0, 0, null, null, null);
        var note = Commands.note(asRun, spec, null, Purpose.RUN);
        var state = firstState(note)
                .orElseThrow(() -> StartFailures.commandFailed("The shell does not begin a session", "shell", shell())
                        .asException());
        var now = clock.instant().toEpochMilli();
        return new SessionRecord(
                id,
                id + "." + Long.toHexString(ThreadLocalRandom.current().nextLong()),
                onceKey,
                now,
                now,
                Objects.requireNonNullElse(request.timeoutMs(), CreateSession.DEFAULT_TIMEOUT_MS),
                state.cwd(),
                note.user(),
                state.env(),
                List.of(),
                null);
    }

    private Optional<SessionState> firstState(ProcessNote note) throws IOException {
        try {
            var outcome = errand.run(
                    note.user(),
                    note.cwd(),
                    List.of(shell(), "-c", SessionState.TELL),
                    note.env(),
                    new ExecRequest.NoInput(),
                    SessionState.MOST_BYTES + 1);
            return outcome.code() == 0 ? SessionState.read(outcome.output()) : Optional.empty();
        } catch (HelperRefusal refusal) {
            throw StartFailures.of(refusal, note).causedBy(refusal);
        }
    }

    /** The sandbox's, where it is one that knows traps and functions as all of them do. */
    private String shell() {
        var name = spec.shell().substring(spec.shell().lastIndexOf('/') + 1);
        return SHELLS.contains(name) ? spec.shell() : "/bin/sh";
    }

    List<Session> all() throws IOException {
        forgetOld();
        return sessions.values().stream()
                .map(living -> living.record)
                .filter(record -> !record.isExpired())
                .sorted(Comparator.comparingLong(SessionRecord::createdAtMillis).thenComparing(SessionRecord::id))
                .map(SessionRecord::toWire)
                .toList();
    }

    Session get(String id) throws IOException {
        return find(id).record.toWire();
    }

    void delete(String id) throws IOException {
        var living = find(id);
        sessions.remove(id, living);
        Files.deleteIfExists(file(id));
        work.killMarked(MARK + "=" + living.record.mark());
    }

    private Living find(String id) throws IOException {
        var living = sessions.get(id);
        if (living != null) {
            expireIfIdle(living);
        }
        if (living == null || sessions.get(id) != living) {
            throw refused(ErrorCode.SESSION_NOT_FOUND, "No such session", id);
        }
        if (living.record.isExpired()) {
            throw refused(ErrorCode.SESSION_EXPIRED, "The session has ended: it was idle for too long", id);
        }
        return living;
    }

    /** Starts the command, or what becomes it once those before it have ended. */
    LiveProcess exec(String id, SessionExec request, @Nullable String onceKey) throws IOException {
        var living = find(id);
        Turn turn;
        ProcessNote note;
        SessionRecord record;
        synchronized (living) {
            if (living.turns.size() > MOST_WAITING) {
                throw new Failure.Refused(
                                ErrorCode.RESOURCE_EXHAUSTED,
                                "Too many commands wait in the session",
                                Map.of("resource", "session queue", "limit", MOST_WAITING, "sessionId", id))
                        .asException();
            }
            record = living.record;
            var waits = !living.turns.isEmpty();
            note = note(record, request, onceKey, waits);
            turn = new Turn(note.token(), 0, !waits);
            living.turns.add(turn);
        }
        try {
            if (find(id) != living) {
                throw refused(ErrorCode.SESSION_NOT_FOUND, "The session has ended", id);
            }
            var process = note.why().mustWait() ? startWaiting(record, note) : start(living, record, note);
            started(living, turn, process);
            return process;
        } catch (IOException | RuntimeException e) {
            leave(living, note.token());
            throw e;
        }
    }

    private ProcessNote note(SessionRecord record, SessionExec request, @Nullable String onceKey, boolean waits) {
        var env = new HashMap<>(record.env());
        env.put(MARK, record.mark());
        var asRun = new RunRequest(
                request.command(),
                null,
                null,
                record.cwd(),
                env,
                true,
                record.user(),
                null,
                Objects.requireNonNullElse(request.timeoutMs(), SessionExec.DEFAULT_TIMEOUT_MS),
                request.waitMs(),
                request.encoding(),
                null,
                null);
        return Commands.note(asRun, spec, onceKey, Purpose.exec(record.mark(), waits));
    }

    private LiveProcess start(Living living, SessionRecord record, ProcessNote note) throws IOException {
        places.note(note.token(), note.user());
        var line = List.of(shell(), "-c", script(note.command(), places.of(note.token())));
        try {
            var process = work.start(note, bytes -> Commands.exec(note, line, true, new ExecRequest.NoInput(), bytes));
            remember(living, note.command());
            return process;
        } catch (RuntimeException e) {
            work.removePlace(note);
            throw withoutDirectory(e, record);
        }
    }

    /** A shell that reads what it is to become. So it has the number that is told, and all that is done with one can be done. */
    private LiveProcess startWaiting(SessionRecord record, ProcessNote note) throws IOException {
        places.note(note.token(), note.user());
        var mark = Map.of(MARK, record.mark());
        try {
            return work.start(
                    note,
                    bytes -> new ExecRequest(
                            note.user(), "/", WAITING, mark, true, new ExecRequest.OpenInput(), null, null, bytes));
        } catch (RuntimeException e) {
            work.removePlace(note);
            throw e;
        }
    }

    /** The same for the same state of the session: another agent may have told the first half of it. */
    private byte[] told(SessionRecord record, ProcessNote note) {
        var text = new StringBuilder("cd -- ").append(quoted(record.cwd())).append(" || exit\nexec /usr/bin/env -i");
        new TreeMap<>(record.env()).forEach((name, value) -> text.append(' ').append(quoted(name + "=" + value)));
        text.append(' ').append(quoted(MARK + "=" + record.mark()));
        for (var word : List.of(shell(), "-c", script(note.command(), places.of(note.token())))) {
            text.append(' ').append(quoted(word));
        }
        return text.append(" </dev/null").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private void started(Living living, Turn turn, LiveProcess process) throws IOException {
        synchronized (living) {
            turn.process = process;
        }
        var record = living.record;
        if (sessions.get(record.id()) != living) {
            // Deleted meanwhile, by who could not see it yet.
            work.killMarked(MARK + "=" + record.mark());
        }
        advance(living);
    }

    /** Not in the thread of whoever has ended: what is told may have to wait for a pause to be over. */
    private void advance(Living living) {
        LiveProcess next;
        SessionRecord record;
        synchronized (living) {
            var turn = living.turns.peek();
            if (!open || turn == null || turn.begun || turn.process == null) {
                return;
            }
            turn.begun = true;
            next = turn.process;
            record = living.record;
        }
        Thread.ofVirtual().start(() -> {
            if (next.told() == 0) {
                remember(living, next.note().command());
            }
            work.tell(next, told(record, next.note()));
        });
    }

    private void leave(Living living, long token) {
        synchronized (living) {
            living.turns.removeIf(turn -> turn.token == token);
        }
        advance(living);
    }

    /** A command that runs is told of, also where its history has no room. */
    private void remember(Living living, String command) {
        try {
            change(living, now -> now.beginning(command, clock.instant()));
        } catch (IOException e) {
            LOG.warn("session {} does not remember a command", living.record.id(), e);
        }
    }

    /** Here a directory that is gone is no mistake of the request's. */
    private static RuntimeException withoutDirectory(RuntimeException e, SessionRecord record) {
        if (e instanceof ApiException known
                && (known.failure().code() == ErrorCode.FILE_NOT_FOUND
                        || known.failure().code() == ErrorCode.NOT_A_DIRECTORY)) {
            return StartFailures.commandFailed(
                            "The directory that the session is in is not there any more", "path", record.cwd())
                    .causedBy(e);
        }
        return e;
    }

    /**
     * The command as the shell reads it, line by line; the trap is set before any of it is read, and tells the state wherever
     * the command ends. A link that somebody put into its place is not followed.
     */
    private static String script(String command, String place) {
        return "trap '__elevo=$?; trap - EXIT; (umask 077; set -C; { " + SessionState.TELL.replace("'", "'\\''")
                + "; } > " + place + ") 2>/dev/null; exit $__elevo' EXIT\n" + command;
    }

    /** A command that a former agent started is found. */
    void adopt(ProcessNote note, long order) {
        var living = of(note);
        if (living != null) {
            synchronized (living) {
                living.turns.add(new Turn(note.token(), order, !note.why().mustWait()));
            }
        }
    }

    /** It is a process again. */
    void adopted(LiveProcess process) {
        var living = of(process.note());
        if (living != null) {
            synchronized (living) {
                living.turns.stream()
                        .filter(turn -> turn.token == process.note().token())
                        .forEach(turn -> turn.process = process);
            }
        }
    }

    /** All are found: that which runs goes on, and then the others in the order in which they became processes. */
    void goOn() {
        open = true;
        for (var living : sessions.values()) {
            synchronized (living) {
                var sorted = new ArrayList<>(living.turns);
                sorted.sort(Comparator.comparing((Turn turn) -> !turn.isTold()).thenComparingLong(turn -> turn.order));
                living.turns.clear();
                living.turns.addAll(sorted);
            }
            advance(living);
        }
    }

    /** Its process is over; what it left is the session's state from now on. */
    void ended(ProcessNote note) throws IOException {
        var living = of(note);
        if (living == null) {
            return;
        }
        var outcome = errand.script(
                note.user(),
                Map.of(),
                "[ -f \"$1\" ] && [ ! -L \"$1\" ] && head -c \"$2\" -- \"$1\"",
                List.of(places.of(note.token()), Integer.toString(SessionState.MOST_BYTES + 1)),
                new ExecRequest.NoInput(),
                SessionState.MOST_BYTES + 1);
        var state = SessionState.read(outcome.output());
        if (state.isEmpty()) {
            // As it is after a command that was killed, or became another program; else the next one finds less than it
            // may expect.
            LOG.info(
                    "process {} left session {} no state: reading it ended with {} after {} bytes",
                    note.token(),
                    living.record.id(),
                    outcome.code(),
                    outcome.output().length);
        }
        var now = clock.instant();
        change(living, record -> state.map(left -> record.leftBy(left, now)).orElseGet(() -> record.touched(now)));
    }

    /** The next command may begin. */
    void release(ProcessNote note) {
        var living = of(note);
        if (living != null) {
            leave(living, note.token());
        }
    }

    /** By its mark: another may have the id by now. */
    private @Nullable Living of(ProcessNote note) {
        return sessions.values().stream()
                .filter(living -> living.record.mark().equals(note.why().session()))
                .findFirst()
                .orElse(null);
    }

    /** On disk first. A session that was deleted meanwhile stays deleted. */
    private void change(Living living, UnaryOperator<SessionRecord> change) throws IOException {
        synchronized (living) {
            var changed = change.apply(living.record);
            if (sessions.get(changed.id()) == living) {
                save(changed);
                living.record = changed;
            }
        }
    }

    private void save(SessionRecord record) throws IOException {
        var written = directory.resolve(PREFIX + record.id() + ".new");
        Files.write(written, json.writeValueAsBytes(record));
        Files.move(written, file(record.id()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(String id) {
        return directory.resolve(PREFIX + id + ".json");
    }

    /** Ends those that are idle for too long, and forgets those that ended so long ago. */
    void forgetOld() throws IOException {
        for (var living : List.copyOf(sessions.values())) {
            expireIfIdle(living);
            var expired = living.record.expiredAtMillis();
            if (expired != null
                    && clock.instant().isAfter(Instant.ofEpochMilli(expired).plus(EXPIRY_REMEMBERED))) {
                sessions.remove(living.record.id(), living);
                Files.deleteIfExists(file(living.record.id()));
            }
        }
    }

    private void expireIfIdle(Living living) throws IOException {
        SessionRecord record;
        synchronized (living) {
            record = living.record;
            var now = clock.instant();
            if (record.isExpired() || !record.isIdle(now) || !living.turns.isEmpty()) {
                return;
            }
            change(living, idle -> idle.expired(now));
        }
        work.killMarked(MARK + "=" + record.mark());
    }

    /** Its idle time does not run while the sandbox stands still. */
    void touchAll() throws IOException {
        for (var living : sessions.values()) {
            if (!living.record.isExpired()) {
                change(living, record -> record.touched(clock.instant()));
            }
        }
    }

    /** The sandbox's life is over, and theirs with it. */
    void endAll() throws IOException {
        sessions.clear();
        try (var files = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static RuntimeException refused(ErrorCode code, String message, String id) {
        return new Failure.Refused(code, message, Map.of("sessionId", id)).asException();
    }
}
