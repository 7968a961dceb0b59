package dev.elevo.contract.agent;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.pty.CreatePty;
import dev.elevo.contract.pty.PtyInfo;
import dev.elevo.contract.pty.PtySize;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Terminals that are entries of a map: what is typed on one is only remembered. For the tests of whoever calls an agent. */
public final class InMemoryPtys implements PtyAgent {
    private final InstantSource clock;
    private final AtomicInteger pids = new AtomicInteger(100);
    private final Map<String, Opened> once = new ConcurrentHashMap<>();
    private final Set<String> done = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Opened> opened = new ConcurrentHashMap<>();
    private volatile @Nullable Failure trouble;
    private volatile boolean losesAnswer;

    public InMemoryPtys(InstantSource clock) {
        this.clock = clock;
    }

    private static final class Opened {
        final String sandboxId;
        final int pid;
        final CreatePty request;
        final Instant at;
        final ByteArrayOutputStream typed = new ByteArrayOutputStream();
        volatile int cols;
        volatile int rows;
        volatile boolean active = true;

        Opened(String sandboxId, int pid, CreatePty request, Instant at) {
            this.sandboxId = sandboxId;
            this.pid = pid;
            this.request = request;
            this.at = at;
            this.cols = Objects.requireNonNullElse(request.cols(), CreatePty.DEFAULT_COLS);
            this.rows = Objects.requireNonNullElse(request.rows(), CreatePty.DEFAULT_ROWS);
        }

        PtyInfo info() {
            return new PtyInfo(
                    pid,
                    cols,
                    rows,
                    Objects.requireNonNullElse(request.cwd(), "/home/user"),
                    Objects.requireNonNullElse(request.user(), "user"),
                    Objects.requireNonNullElse(request.shell(), "/bin/bash"),
                    at,
                    at,
                    active,
                    active ? null : -1);
        }
    }

    /** From now on every call fails like this; null ends it. */
    public void fail(@Nullable Failure failure) {
        trouble = failure;
    }

    /** The next thing that is typed arrives, and nobody hears of it. */
    public void loseAnswer() {
        losesAnswer = true;
    }

    public byte[] typedOn(int pid) {
        return Objects.requireNonNull(opened.get(pid)).typed.toByteArray();
    }

    @Override
    public PtyInfo create(String sandboxId, CreatePty request, @Nullable String onceKey) {
        check();
        if ("/nowhere".equals(request.cwd())) {
            throw new Failure.Refused(ErrorCode.FILE_NOT_FOUND, "no such directory").asException();
        }
        return onceKey == null
                ? open(sandboxId, request).info()
                : once.computeIfAbsent(onceKey, key -> open(sandboxId, request)).info();
    }

    private Opened open(String sandboxId, CreatePty request) {
        if (list(sandboxId).size() >= MOST) {
            throw new Failure.Refused(ErrorCode.PTY_LIMIT_EXCEEDED, "too many", Map.of("limit", MOST)).asException();
        }
        var pty = new Opened(sandboxId, pids.incrementAndGet(), request, clock.instant());
        opened.put(pty.pid, pty);
        return pty;
    }

    @Override
    public List<PtyInfo> list(String sandboxId) {
        check();
        return opened.values().stream()
                .filter(pty -> pty.active && pty.sandboxId.equals(sandboxId))
                .map(Opened::info)
                .toList();
    }

    @Override
    public PtyInfo get(String sandboxId, int pid) {
        return find(sandboxId, pid).info();
    }

    @Override
    public void hangUp(String sandboxId, int pid, @Nullable String onceKey) {
        if (isNew(onceKey)) {
            active(sandboxId, pid, ErrorCode.PTY_NOT_FOUND).active = false;
        }
    }

    @Override
    public PtySize resize(String sandboxId, int pid, int cols, int rows) {
        var pty = active(sandboxId, pid, ErrorCode.PTY_RESIZE_FAILED);
        pty.cols = cols;
        pty.rows = rows;
        return new PtySize(pid, cols, rows);
    }

    @Override
    public int write(String sandboxId, int pid, byte[] bytes, @Nullable String onceKey) {
        if (isNew(onceKey)) {
            active(sandboxId, pid, ErrorCode.PTY_WRITE_FAILED).typed.writeBytes(bytes);
        }
        if (losesAnswer) {
            losesAnswer = false;
            throw new Failure.Unavailable("nothing is heard of it", Duration.ofSeconds(1)).asException();
        }
        return bytes.length;
    }

    private boolean isNew(@Nullable String onceKey) {
        return onceKey == null || done.add(onceKey);
    }

    private Opened find(String sandboxId, int pid) {
        check();
        var pty = opened.get(pid);
        if (pty == null || !pty.sandboxId.equals(sandboxId)) {
            throw InMemoryAgent.refused(ErrorCode.PTY_NOT_FOUND, "No terminal " + pid);
        }
        return pty;
    }

    private Opened active(String sandboxId, int pid, ErrorCode otherwise) {
        var pty = find(sandboxId, pid);
        if (!pty.active) {
            throw InMemoryAgent.refused(otherwise, "The terminal has ended");
        }
        return pty;
    }

    private void check() {
        var failure = trouble;
        if (failure != null) {
            throw failure.asException();
        }
    }
}
