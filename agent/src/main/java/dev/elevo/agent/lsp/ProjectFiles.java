package dev.elevo.agent.lsp;

import dev.elevo.agent.files.Files;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.lsp4j.FileChangeType;
import org.eclipse.lsp4j.FileEvent;

/**
 * The files of a project as they were at the last look, so that a server can be told what has changed since. A project of more of them
 * than there is room for is not looked at.
 */
final class ProjectFiles {
    /** Of others, thousands of them, and of what is made from the rest. */
    private static final Set<String> NOT_ENTERED = Set.of("node_modules", "__pycache__", "venv", "target");

    /** What is kept of a file, beside its path. */
    private static final int BYTES_OF_FILE = 160;

    /** That nobody has been told of. */
    private static final int MOST_CHANGES = 50_000;

    /** With their directories; so few are looked at before each query. */
    private static final int FEW = 2000;

    /** A look at more takes no more than this part of the time. */
    private static final int PART_OF_TIME = 10;

    private final String sandboxId;
    private final String root;
    private final Files files;
    private final InstantSource clock;
    private final Budget.Share room;

    /** Of directories: during a look all that wait for their turn are in memory, and their owner may make as many as he likes. */
    private final Budget.Share waiting;

    private final Map<String, Known> known = new HashMap<>();

    /** Seen, and not told yet. */
    private final List<FileEvent> changes = new ArrayList<>();

    private int looks;
    private boolean looked;
    private int seen;
    private long notBefore;
    private long held;
    private long heldOfDirectories;
    private boolean tooMany;
    private boolean ended;

    private record Known(FileType type, long size, Instant modifiedAt, boolean fresh, int look) {
        boolean isAs(FileInfo now) {
            return !fresh && size == now.size() && modifiedAt.equals(now.modifiedAt());
        }
    }

    /** There is no room for all of them. */
    private static final class TooManyException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    ProjectFiles(String sandboxId, String root, Files files, InstantSource clock, Budget budget) {
        this.sandboxId = sandboxId;
        this.root = root;
        this.files = files;
        this.clock = clock;
        this.room = budget.share();
        this.waiting = budget.share();
        this.notBefore = System.nanoTime();
    }

    /** To be called before the server reads any of them. */
    synchronized void remember() {
        look();
        changes.clear();
    }

    /** What has changed and was not {@link #told} yet. */
    synchronized List<FileEvent> changes() {
        look();
        return List.copyOf(changes);
    }

    /** Whether the last {@link #changes} has just seen the regular file of that size and time, so that nobody has to look again. */
    synchronized boolean hasJustSeen(String path, long size, Instant modifiedAt) {
        var file = known.get(path);
        return looked
                && file != null
                && file.look() == looks
                && file.type() == FileType.FILE
                && file.size() == size
                && file.modifiedAt().equals(modifiedAt);
    }

    synchronized void told(int count) {
        changes.subList(0, count).clear();
    }

    private void look() {
        var begun = System.nanoTime();
        looked = !tooMany && !ended && begun - notBefore >= 0;
        if (!looked) {
            return;
        }
        looks++;
        seen = 0;
        try {
            files.walk(sandboxId, root, directory -> !NOT_ENTERED.contains(directory.name()), this::see);
            known.entrySet().removeIf(entry -> isGone(entry.getKey(), entry.getValue()));
        } catch (TooManyException e) {
            tooMany = true;
            looked = false;
            forgetAll();
        } finally {
            waiting.give(heldOfDirectories);
            heldOfDirectories = 0;
        }
        notBefore = seen > FEW ? begun + (System.nanoTime() - begun) * PART_OF_TIME : begun;
    }

    private void see(FileInfo file) {
        seen++;
        if (file.type() == FileType.DIRECTORY) {
            take(waiting, cost(file.path()));
            heldOfDirectories += cost(file.path());
            return;
        }
        var before = known.get(file.path());
        if (before == null) {
            take(room, cost(file.path()));
            held += cost(file.path());
        }
        known.put(file.path(), new Known(file.type(), file.size(), file.modifiedAt(), isFresh(file), looks));
        if (before == null || !before.isAs(file)) {
            note(file.path(), before == null ? FileChangeType.Created : FileChangeType.Changed);
        }
    }

    private static void take(Budget.Share share, long bytes) {
        if (!share.take(bytes)) {
            throw new TooManyException();
        }
    }

    private boolean isGone(String path, Known file) {
        if (file.look() == looks) {
            return false;
        }
        room.give(cost(path));
        held -= cost(path);
        note(path, FileChangeType.Deleted);
        return true;
    }

    /** Written so shortly before it was seen, it may be written again with the same time. */
    private boolean isFresh(FileInfo file) {
        return Duration.between(file.modifiedAt(), clock.instant()).abs().compareTo(Documents.GRAIN) < 0;
    }

    private void note(String path, FileChangeType type) {
        if (changes.size() == MOST_CHANGES) {
            throw new TooManyException();
        }
        changes.add(new FileEvent(FileUris.of(path), type));
    }

    private static long cost(String path) {
        return BYTES_OF_FILE + 2L * path.length();
    }

    private void forgetAll() {
        known.clear();
        changes.clear();
        room.give(held);
        held = 0;
    }

    /** With its server. */
    synchronized void end() {
        ended = true;
        forgetAll();
    }
}
