package dev.elevo.agent.lsp;

import dev.elevo.agent.files.Files;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Excerpt;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.lsp.LspLanguage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.eclipse.lsp4j.DidChangeTextDocumentParams;
import org.eclipse.lsp4j.DidChangeWatchedFilesParams;
import org.eclipse.lsp4j.DidCloseTextDocumentParams;
import org.eclipse.lsp4j.DidOpenTextDocumentParams;
import org.eclipse.lsp4j.DidSaveTextDocumentParams;
import org.eclipse.lsp4j.FileEvent;
import org.eclipse.lsp4j.TextDocumentContentChangeEvent;
import org.eclipse.lsp4j.TextDocumentIdentifier;
import org.eclipse.lsp4j.TextDocumentItem;
import org.eclipse.lsp4j.VersionedTextDocumentIdentifier;
import org.eclipse.lsp4j.services.TextDocumentService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The documents that one server has open. Those that a client opened are as the client says. All others are as they are on disk: a
 * few stay open for the next query, and before each query all of them are looked at again, in one conversation with the sandbox. So are
 * the project's other files, where the server does not do that itself.
 */
final class Documents {
    private static final Logger LOG = LoggerFactory.getLogger(Documents.class);
    static final int MOST_BYTES = 2 << 20;
    private static final int MOST_OF_CLIENTS = 64;
    private static final int MOST_OF_DISK = 2;

    /** In one message. */
    private static final int MOST_EVENTS = 500;

    /** What was written so shortly before it was read may be written again with the same time. */
    static final Duration GRAIN = Duration.ofMillis(50);

    private final String sandboxId;
    private final String serverId;
    private final LspLanguage language;
    private final LiveServer server;
    private final Files files;
    private final InstantSource clock;
    private final Set<String> clients;
    private final Optional<ProjectFiles> project;
    private final ReentrantLock lock = new ReentrantLock();

    /** By path, the longest unused first. */
    private final Map<String, Open> open = new LinkedHashMap<>(16, 0.75f, true);

    private final Budget.Share room = Budget.TEXTS.share();
    private long held;
    private boolean ended;

    /** Of what is on disk. None is used twice, so that nothing told of one that was closed can be of the one that is open. */
    private int lastVersion;

    /** How many questions about a path are on their way. */
    private final Map<String, Integer> asked = new HashMap<>();

    /** What befell files while they were asked about: the server knows them from their documents, and looks at its project later. */
    private final List<FileEvent> postponed = new ArrayList<>();

    /** A file that the server knows as it was when it was brought, and that stays open until nobody asks about it any more. */
    final class Brought implements AutoCloseable {
        private final String path;
        private final Open document;

        private Brought(String path, Open document) {
            this.path = path;
            this.document = document;
        }

        String uri() {
            return document.uri();
        }

        /** How the server counts the columns of what it answers. */
        Counting counting() {
            return server.program().countsCodePoints()
                    ? new Counting(document.uri(), document.columns(), Documents.this::columns)
                    : Counting.same(document.uri());
        }

        @Override
        public void close() {
            lock.lock();
            try {
                asked.compute(path, (name, count) -> count == null || count == 1 ? null : count - 1);
                closeSurplus();
                tell(List.of());
            } catch (ApiException e) {
                // The answer is there; the server hears it with the next question.
                LOG.debug("a server takes nothing more for now", e);
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Known to the server.
     *
     * @param disk null for one that is the client's
     * @param text of a client's, for a server whose columns have to be counted
     */
    private record Open(
            String uri,
            int version,
            @Nullable OnDisk disk,
            Columns columns,
            @Nullable String text) {
        long cost() {
            return text == null ? 0 : 2L * text.length();
        }
    }

    private record OnDisk(long size, Instant modifiedAt, boolean fresh, long checksum) {
        boolean isStill(FileInfo now) {
            return !fresh && size == now.size() && modifiedAt.equals(now.modifiedAt());
        }

        boolean isStill(String path, ProjectFiles justLookedAt) {
            return !fresh && justLookedAt.hasJustSeen(path, size, modifiedAt);
        }
    }

    /**
     * @param serverId as clients know the server
     * @param clients what clients have opened, in the server that died before this one as well; only this changes it from now on
     * @param project where the server has to be told of what changes in it
     */
    Documents(
            ProcessHost host,
            String serverId,
            LspLanguage language,
            LiveServer server,
            Files files,
            InstantSource clock,
            Set<String> clients,
            Optional<ProjectFiles> project) {
        this.sandboxId = host.spec().id();
        this.serverId = serverId;
        this.language = language;
        this.server = server;
        this.files = files;
        this.clock = clock;
        this.clients = clients;
        this.project = project;
    }

    /** The server knows the file as it is now. */
    Brought bring(String path) {
        lock.lock();
        try {
            var known = open.get(path);
            var isOnDisk = known == null || known.disk() != null;
            if (isOnDisk && clients.contains(path)) {
                // The server that knew what the client has is gone, and what is on disk is another text.
                throw LspFailures.notOpen(serverId, path).asException();
            }
            var look = lookAtProject(path);
            var paths = new ArrayList<String>();
            open.forEach((name, document) -> {
                if (!name.equals(path) && mayHaveChanged(name, document, look)) {
                    paths.add(name);
                }
            });
            if (isOnDisk && (known == null || mayHaveChanged(path, known, look))) {
                // The last, so that it is the last to be closed.
                paths.add(path);
            }
            refresh(paths, isOnDisk ? path : null, look);
            var document = open.get(path);
            if (document == null) {
                throw missing(path).asException();
            }
            asked.merge(path, 1, Integer::sum);
            return new Brought(path, document);
        } finally {
            lock.unlock();
        }
    }

    /** For a query about no file: what is open is as it is now. */
    void bringAll() {
        lock.lock();
        try {
            var look = lookAtProject(null);
            var paths = open.entrySet().stream()
                    .filter(document -> mayHaveChanged(document.getKey(), document.getValue(), look))
                    .map(Map.Entry::getKey)
                    .toList();
            refresh(paths, null, look);
        } finally {
            lock.unlock();
        }
    }

    /** What came of a look at the project's files. */
    private enum Look {
        NONE,
        TOLD,
        /** What is open has to be opened again, since the server is told of others that way only. */
        OPEN_AGAIN
    }

    /** What the look at the project has seen nobody has to look at again. */
    private boolean mayHaveChanged(String path, Open document, Look look) {
        var disk = document.disk();
        return disk != null && (look != Look.TOLD || !disk.isStill(path, project.orElseThrow()));
    }

    /** And tells the server of what has changed there. */
    private Look lookAtProject(@Nullable String wanted) {
        if (project.isEmpty()) {
            return Look.NONE;
        }
        if (server.program().watching() == ServerProgram.Watching.WITH_WHAT_IS_OPEN) {
            return haveOthersChanged(project.get()) ? Look.OPEN_AGAIN : Look.TOLD;
        }
        if (server.watchesFiles()) {
            var changes = project.get().changes();
            var own = wanted == null ? null : FileUris.of(wanted);
            var areOwn = changes.stream()
                    .collect(Collectors.partitioningBy(change -> change.getUri().equals(own)));
            tell(areOwn.getOrDefault(false, List.of()));
            postponed.addAll(areOwn.getOrDefault(true, List.of()));
            project.get().told(changes.size());
            return Look.TOLD;
        }
        return Look.NONE;
    }

    /** And what was postponed. */
    private void tell(List<FileEvent> changes) {
        var all = new ArrayList<>(postponed);
        all.addAll(changes);
        for (int from = 0; from < all.size(); from += MOST_EVENTS) {
            var some = all.subList(from, Math.min(all.size(), from + MOST_EVENTS));
            server.remote().getWorkspaceService().didChangeWatchedFiles(new DidChangeWatchedFilesParams(some));
        }
        postponed.clear();
    }

    /** What is a client's is not closed for it: that it was saved is what lets the server look at what it needs. */
    private boolean haveOthersChanged(ProjectFiles project) {
        var changes = project.changes();
        project.told(changes.size());
        var uris = open.values().stream().map(Open::uri).collect(Collectors.toSet());
        if (changes.stream().allMatch(change -> uris.contains(change.getUri()))) {
            return false;
        }
        open.values().stream()
                .filter(document -> document.disk() == null)
                .forEach(document ->
                        remote().didSave(new DidSaveTextDocumentParams(new TextDocumentIdentifier(document.uri()))));
        return true;
    }

    private void refresh(List<String> paths, @Nullable String wanted, Look look) {
        if (paths.isEmpty()) {
            return;
        }
        if (look == Look.OPEN_AGAIN) {
            paths.forEach(this::forget);
        }
        var found = files.look(sandboxId, paths, wanted);
        for (int i = 0; i < paths.size(); i++) {
            if (wanted != null && paths.get(i).equals(wanted)) {
                refresh(wanted, found.get(i), true);
            } else {
                refreshQuietly(paths.get(i), found.get(i));
            }
        }
    }

    /** Behind the answers, for which nobody has to wait then. */
    private void closeSurplus() {
        var idle = open.entrySet().stream()
                .filter(document -> document.getValue().disk() != null)
                .map(Map.Entry::getKey)
                .filter(path -> !asked.containsKey(path))
                .toList();
        idle.subList(0, Math.max(0, idle.size() - MOST_OF_DISK)).forEach(this::forget);
    }

    /** What has become of one that was asked for before must not keep anybody from the next. */
    private void refreshQuietly(String path, @Nullable FileInfo now) {
        try {
            refresh(path, now, false);
        } catch (ApiException e) {
            LOG.debug("a file that was open cannot be read any more", e);
            forget(path);
        }
    }

    private void refresh(String path, @Nullable FileInfo now, boolean isAsked) {
        if (now == null || now.type() != FileType.FILE) {
            forget(path);
            if (now != null && isAsked) {
                throw new Failure.Refused(
                                ErrorCode.NOT_A_FILE, "It is no regular file", Map.of("path", Excerpt.of(path)))
                        .asException();
            }
            return;
        }
        var known = open.get(path);
        if (known != null && known.disk() != null && known.disk().isStill(now)) {
            return;
        }
        var content = files.read(sandboxId, new ReadFile(path, 0, null, MOST_BYTES, null))
                .bytes();
        var disk = new OnDisk(
                now.size(), now.modifiedAt(), now.modifiedAt().plus(GRAIN).isAfter(clock.instant()), checksum(content));
        if (known == null) {
            begin(path, new String(content, StandardCharsets.UTF_8), ++lastVersion, disk);
        } else if (isAnother(known, disk) && server.program().takesBackWithoutVersion()) {
            // After a change it tells nothing where nothing was wrong before and nothing is now.
            forget(path);
            begin(path, new String(content, StandardCharsets.UTF_8), ++lastVersion, disk);
        } else if (isAnother(known, disk)) {
            var text = new String(content, StandardCharsets.UTF_8);
            var next = new Open(known.uri(), ++lastVersion, disk, columnsOf(text), null);
            change(next, List.of(new TextDocumentContentChangeEvent(text)));
            open.put(path, next);
            remote().didSave(new DidSaveTextDocumentParams(new TextDocumentIdentifier(next.uri())));
        } else {
            open.put(path, new Open(known.uri(), known.version(), disk, known.columns(), null));
        }
    }

    private static boolean isAnother(Open known, OnDisk now) {
        return known.disk() == null || known.disk().checksum() != now.checksum();
    }

    private static long checksum(byte[] content) {
        var checksum = new CRC32C();
        checksum.update(content);
        return checksum.getValue();
    }

    /** As the client says; whatever was open under this name is open no more. */
    void openByClient(String path, @Nullable String content, int version) {
        lock.lock();
        try {
            var text = content == null ? onDisk(path) : content;
            becomeClients(path);
            forget(path);
            begin(path, text, version, null);
        } finally {
            lock.unlock();
        }
    }

    private void becomeClients(String path) {
        if (clients.size() >= MOST_OF_CLIENTS && !clients.contains(path)) {
            throw LspFailures.exhausted("So many files are open that some have to be closed first", "documents")
                    .asException();
        }
        clients.add(path);
    }

    private String onDisk(String path) {
        return new String(
                files.read(sandboxId, new ReadFile(path, 0, null, MOST_BYTES, null))
                        .bytes(),
                StandardCharsets.UTF_8);
    }

    /**
     * Of one that the client has opened. What it says of a part would be about another text where it has not, or where the server was
     * started again since; a whole text is the same as opening.
     */
    int changeByClient(
            String serverId, String path, List<TextDocumentContentChangeEvent> changes, @Nullable Integer version) {
        lock.lock();
        try {
            var before = open.get(path);
            if (before == null || before.disk() != null) {
                if (changes.getFirst().getRange() != null) {
                    throw LspFailures.notOpen(serverId, path).asException();
                }
                becomeClients(path);
                // Its versions are the client's from here on, and a server may not see one fall.
                forget(path);
                begin(path, "", version == null ? 0 : version - 1, null);
            }
            var known = open.get(path);
            if (known == null) {
                throw missing(path).asException();
            }
            if (version != null && version < known.version()) {
                // It was overtaken by a later one, and is about a text that is no more.
                throw LspFailures.overtaken(serverId, path, known.version()).asException();
            }
            var nextVersion = version == null ? known.version() + 1 : version;
            var text = known.text();
            if (text == null) {
                var next = new Open(known.uri(), nextVersion, null, Columns.SAME, null);
                change(next, changes);
                open.put(path, next);
                return nextVersion;
            }
            var whole = Texts.after(text, changes);
            var next = new Open(known.uri(), nextVersion, null, Columns.of(whole), whole);
            hold(next.cost(), known.cost());
            try {
                change(next, List.of(new TextDocumentContentChangeEvent(whole)));
            } catch (ApiException e) {
                hold(known.cost(), next.cost());
                throw e;
            }
            open.put(path, next);
            return nextVersion;
        } finally {
            lock.unlock();
        }
    }

    void close(String path) {
        lock.lock();
        try {
            forget(path);
            clients.remove(path);
        } finally {
            lock.unlock();
        }
    }

    private void begin(String path, String text, int version, @Nullable OnDisk disk) {
        var isKept = disk == null && server.program().countsCodePoints();
        var document = new Open(FileUris.of(path), version, disk, columnsOf(text), isKept ? text : null);
        hold(document.cost(), 0);
        try {
            server.published()
                    .expect(document.uri(), version, server.heardOf(new TextDocumentIdentifier(document.uri())));
            remote().didOpen(new DidOpenTextDocumentParams(
                    new TextDocumentItem(document.uri(), SourceFiles.languageId(path, language), version, text)));
        } catch (ApiException e) {
            hold(0, document.cost());
            server.published().forget(document.uri());
            throw e;
        }
        open.put(path, document);
    }

    private void change(Open document, List<TextDocumentContentChangeEvent> changes) {
        server.published().expect(document.uri(), document.version());
        remote().didChange(new DidChangeTextDocumentParams(
                new VersionedTextDocumentIdentifier(document.uri(), document.version()), changes));
    }

    private void forget(String path) {
        var document = open.get(path);
        if (document != null) {
            remote().didClose(new DidCloseTextDocumentParams(new TextDocumentIdentifier(document.uri())));
            server.published().forget(document.uri());
            open.remove(path);
            hold(0, document.cost());
        }
    }

    /** 9006 when there is no room for so much more. */
    private void hold(long more, long less) {
        if (ended || more == less) {
            return;
        }
        if (more > less && !room.take(more - less)) {
            throw LspFailures.exhausted("So much text is open that some has to be closed first", "documents")
                    .asException();
        }
        if (more < less) {
            room.give(less - more);
        }
        held += more - less;
    }

    /** With the server. */
    void end() {
        lock.lock();
        try {
            ended = true;
            room.give(held);
            held = 0;
        } finally {
            lock.unlock();
        }
    }

    private Columns columnsOf(String text) {
        return server.program().countsCodePoints() ? Columns.of(text) : Columns.SAME;
    }

    /** Of any file by its address, as the server knows it; what cannot be read is passed on as the server counts it. */
    private Columns columns(String uri) {
        var path = FileUris.path(uri);
        if (path.isEmpty()) {
            return Columns.SAME;
        }
        lock.lock();
        try {
            var known = open.get(path.get());
            return known == null ? columnsOf(onDisk(path.get())) : known.columns();
        } catch (ApiException e) {
            LOG.debug("the columns of a file are not counted", e);
            return Columns.SAME;
        } finally {
            lock.unlock();
        }
    }

    private TextDocumentService remote() {
        return server.remote().getTextDocumentService();
    }

    private static Failure missing(String path) {
        return new Failure.Refused(
                ErrorCode.FILE_NOT_FOUND, "There is no such file or directory", Map.of("path", Excerpt.of(path)));
    }
}
