package dev.elevo.agent.files;

import dev.elevo.agent.files.FileFailures.Asked;
import dev.elevo.agent.files.FileServers.Purpose;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.agent.stream.LastUses;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.DeleteFile;
import dev.elevo.contract.agent.FileAgent;
import dev.elevo.contract.agent.FileContent;
import dev.elevo.contract.agent.FileList;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.agent.WriteFiles;
import dev.elevo.contract.files.BatchResult;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.MadeDirectory;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.files.WriteResult;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files in all sandboxes of this agent. */
@Singleton
public final class Files implements FileAgent {
    private static final Logger LOG = LoggerFactory.getLogger(Files.class);

    /** Far more than a client waits; whoever stops a server inside must not keep its place for ever. */
    private static final Duration MOST_TIME = Duration.ofMinutes(10);

    /** Of a transfer in which nothing moves, at either end. */
    private static final Duration STALL_TIME = Duration.ofMinutes(1);

    /** Of one file, into a sandbox or out of it. */
    public static final long MOST_BYTES = 10L << 30;

    private final FileServers servers;
    private final SpentTickets spent;
    private final LastUses uses;
    private final AnswerRoom room;
    private final OnceKeys once = new OnceKeys();

    Files(FileServers servers, SpentTickets spent, LastUses uses, AnswerRoom room) {
        this.servers = servers;
        this.spent = spent;
        this.uses = uses;
        this.room = room;
    }

    @Override
    public FileInfo stat(String sandboxId, StatFile request) {
        var path = SandboxPath.normal(request.path());
        return inside(
                sandboxId,
                request.user(),
                new Asked.Existing(path),
                server -> server.stat(path, flag(request.followSymlinks(), FileServer.FOLLOW)));
    }

    /**
     * What each of the paths leads to, in one conversation; null where there is nothing.
     *
     * @param asked the one of them that somebody asks for; what keeps others from being seen is nobody's failure
     */
    public List<@Nullable FileInfo> look(String sandboxId, List<String> paths, @Nullable String asked) {
        return inside(sandboxId, null, new Asked.Existing(asked == null ? paths.getFirst() : asked), server -> {
            var found = new ArrayList<@Nullable FileInfo>();
            for (var path : paths) {
                found.add(look(server, path, path.equals(asked)));
            }
            return found;
        });
    }

    private static @Nullable FileInfo look(FileServer server, String path, boolean isAsked) throws IOException {
        try {
            return server.stat(path, FileServer.FOLLOW);
        } catch (FileRefusal refusal) {
            if (!isAsked || FileFailures.isMissing(refusal)) {
                return null;
            }
            throw refusal;
        }
    }

    /**
     * What is below a directory and not hidden, one directory after the other; what cannot be read is left out.
     *
     * @param isEntered whether what is below a directory is wanted as well
     */
    public void walk(String sandboxId, String root, Predicate<FileInfo> isEntered, Consumer<FileInfo> each) {
        inside(sandboxId, null, new Asked.Place(root), server -> {
            var directories = new ArrayDeque<>(List.of(root));
            for (var next = directories.poll(); next != null; next = directories.poll()) {
                try {
                    server.list(next, 1, 0, file -> {
                        each.accept(file);
                        if (file.type() == FileType.DIRECTORY && isEntered.test(file)) {
                            directories.add(file.path());
                        }
                    });
                } catch (FileRefusal refusal) {
                    LOG.debug("a directory is left out of a walk", refusal);
                }
            }
            return root;
        });
    }

    @Override
    public FileList list(String sandboxId, ListFiles query) {
        var host = servers.running(sandboxId);
        var path = SandboxPath.normal(query.path() == null ? host.spec().workDir() : query.path());
        var listing = new Listing(query, room);
        return inside(host, query.user(), new Asked.Place(path), server -> {
            if (query.depth() == 0) {
                listing.add(server.stat(path, 0));
            } else {
                server.list(path, query.depth(), flag(query.includeHidden(), FileServer.HIDDEN), listing::add);
            }
            return listing.answer();
        });
    }

    @Override
    public FileContent read(String sandboxId, ReadFile request) {
        var path = SandboxPath.normal(request.path());
        return inside(sandboxId, request.user(), new Asked.Part(path, request.most()), server -> {
            var length = Objects.requireNonNullElse(request.length(), Long.MAX_VALUE);
            var announced = server.read(path, request.offset(), length, request.most());
            room.take(announced.length());
            var bytes = ByteBuffer.allocate(Math.toIntExact(announced.length()));
            while (bytes.hasRemaining()) {
                server.take(bytes);
            }
            return new FileContent(bytes.array(), announced.size());
        });
    }

    @Override
    public WriteResult write(String sandboxId, WriteFile target, byte[] content, @Nullable String onceKey) {
        return receive(sandboxId, target, new GivenContent(content), onceKey);
    }

    /** Content as it comes from a caller whose every word counts as one question. */
    public WriteResult receive(String sandboxId, WriteFile target, Upload upload, @Nullable String onceKey) {
        return once.run(
                sandboxId,
                onceKey,
                target.path().length(),
                WriteResult.class,
                () -> receive(sandboxId, target, upload, Purpose.QUESTION));
    }

    private WriteResult receive(String sandboxId, WriteFile target, Upload upload, Purpose purpose) {
        var path = SandboxPath.normal(target.path());
        try (var lease = servers.lease(servers.running(sandboxId), target.user(), purpose);
                var limit = new TimeLimit(lease.server(), STALL_TIME)) {
            try {
                var written = limit.run(() -> {
                    lease.server().begin(path, flags(target), mode(target.mode()), FileServer.temporaryName());
                    upload.begun();
                    return pour(upload, lease.server(), limit, () -> uses.note(sandboxId));
                });
                lease.reusable();
                return result(path, written);
            } catch (FileRefusal refusal) {
                // In the middle of content the server has ended; the next one to use it would find out.
                lease.reusable();
                throw FileFailures.of(refusal, new Asked.Place(path)).causedBy(refusal);
            } catch (BrokenTransferException e) {
                throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The content did not come to its end").causedBy(e);
            } catch (IOException e) {
                throw FileServers.unanswered(e);
            }
        }
    }

    private static FileServer.Written pour(Upload upload, FileServer server, TimeLimit limit, Runnable used)
            throws IOException {
        try {
            long sent = 0;
            for (var some = next(upload, limit); !some.isEmpty(); some = next(upload, limit)) {
                sent += some.stream().mapToInt(ByteBuffer::remaining).sum();
                if (sent > MOST_BYTES) {
                    throw tooLarge(sent).asException();
                }
                add(server, some);
                used.run();
            }
            return server.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenTransferException("the agent is stopping");
        }
    }

    private static List<ByteBuffer> next(Upload upload, TimeLimit limit) throws IOException, InterruptedException {
        limit.rest();
        var some = upload.next();
        limit.moved();
        return some;
    }

    private static void add(FileServer server, List<ByteBuffer> some) throws IOException {
        try {
            server.add(some);
        } catch (IOException e) {
            throw server.whyItEnded(e);
        }
    }

    public static Failure tooLarge(long size) {
        return new Failure.Refused(
                ErrorCode.FILE_TOO_LARGE, "The file is too large", Map.of("size", size, "limit", MOST_BYTES));
    }

    /** Content by a ticket, which is good for one. */
    public WriteResult receive(TransferTicket ticket, Upload upload) {
        var host = servers.running(ticket.sandboxId());
        var directory = host.stateDirectory().resolveSibling("");
        try {
            switch (spent.take(ticket, directory)) {
                case USED -> throw taken("This address was used already", "used");
                case IN_USE -> throw taken("An upload to this address is under way", "in_use");
                case BEGINS -> {}
            }
            try {
                var target = new WriteFile(
                        ticket.path(), ticket.mode(), ticket.createParents(), ticket.overwrite(), false, ticket.user());
                var result = receive(ticket.sandboxId(), target, upload, Purpose.TRANSFER);
                spent.spend(ticket, directory);
                return result;
            } finally {
                spent.release(ticket);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ApiException taken(String message, String reason) {
        return new Failure.Refused(ErrorCode.INVALID_TOKEN, message, Map.of("reason", reason)).asException();
    }

    /** Content as fast as the client takes it. */
    public void send(String sandboxId, @Nullable String user, String requested, Download download) {
        var path = SandboxPath.normal(requested);
        try (var lease = servers.lease(servers.running(sandboxId), user, Purpose.TRANSFER);
                var limit = new TimeLimit(lease.server(), STALL_TIME)) {
            try {
                limit.run(() -> {
                    pour(lease.server(), path, download, limit, () -> uses.note(sandboxId));
                    return true;
                });
                lease.reusable();
            } catch (FileRefusal refusal) {
                lease.reusable();
                throw FileFailures.of(refusal, new Asked.Part(path, MOST_BYTES)).causedBy(refusal);
            } catch (IOException e) {
                throw FileServers.unanswered(e);
            }
        }
    }

    private static void pour(FileServer server, String path, Download download, TimeLimit limit, Runnable used)
            throws IOException {
        try {
            var file = server.stat(path, FileServer.FOLLOW);
            var part = download.choose(file);
            var announced = server.read(path, part.offset(), part.length(), MOST_BYTES);
            download.begin(file, announced.size(), part, announced.length());
            used.run();
            for (var left = announced.length(); left > 0; ) {
                var room = download.room();
                if (room.remaining() > left) {
                    room.limit(room.position() + (int) left);
                }
                var taken = server.take(room);
                left -= taken;
                limit.rest();
                download.filled(taken);
                used.run();
                limit.moved();
            }
            limit.rest();
            download.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the agent is stopping", e);
        }
    }

    static int flags(WriteFile target) {
        return flag(target.createParents(), FileServer.PARENTS)
                | flag(target.overwrite(), FileServer.OVERWRITE)
                | flag(target.append(), FileServer.APPEND)
                | flag(target.mode() != null, FileServer.MODE);
    }

    static int mode(@Nullable FileMode mode) {
        return (mode == null ? FileMode.OF_FILES : mode).bits();
    }

    static WriteResult result(String path, FileServer.Written written) {
        return new WriteResult(path, written.bytes(), written.created());
    }

    @Override
    public BatchResult writeAll(String sandboxId, WriteFiles batch, @Nullable String onceKey) {
        var paths = batch.files().stream()
                .map(WriteFiles.Entry::path)
                .map(SandboxPath::normal)
                .toList();
        var letters = paths.stream().mapToInt(String::length).sum();
        return once.run(sandboxId, onceKey, letters, BatchResult.class, () -> {
            try (var lease = servers.lease(servers.running(sandboxId), batch.user(), Purpose.QUESTION);
                    var limit = new TimeLimit(lease.server(), MOST_TIME)) {
                return limit.run(() -> {
                    var results = writeAll(lease.server(), batch, paths);
                    lease.reusable();
                    return results;
                });
            } catch (FileRefusal refusal) {
                var index = (int) Math.min(refusal.number(), paths.size() - 1);
                throw withIndex(FileFailures.of(refusal, new Asked.Place(paths.get(index))), index)
                        .causedBy(refusal);
            } catch (IOException e) {
                throw FileServers.unanswered(e);
            }
        });
    }

    private static BatchResult writeAll(FileServer server, WriteFiles batch, List<String> paths) throws IOException {
        for (int i = 0; i < paths.size(); i++) {
            var entry = batch.files().get(i);
            var target =
                    new WriteFile(entry.path(), entry.mode(), entry.createParents(), entry.overwrite(), false, null);
            server.begin(
                    paths.get(i), flags(target) | FileServer.STAGED, mode(entry.mode()), FileServer.temporaryName());
            var content = new GivenContent(Base64.getDecoder().decode(entry.content()));
            for (var some = content.next(); !some.isEmpty(); some = content.next()) {
                add(server, some);
            }
            server.stage();
        }
        server.commit();
        var results = new ArrayList<WriteResult>();
        for (var path : paths) {
            results.add(result(path, server.written()));
        }
        return new BatchResult(results);
    }

    private static Failure withIndex(Failure failure, int index) {
        var details = new HashMap<>(failure.details());
        details.put("index", index);
        return new Failure.Refused(failure.code(), failure.message(), details);
    }

    @Override
    public MadeDirectory makeDirectory(String sandboxId, MakeDirectory request, @Nullable String onceKey) {
        var path = SandboxPath.normal(request.path());
        var mode = Objects.requireNonNullElse(request.mode(), FileMode.OF_DIRECTORIES);
        return once.run(
                sandboxId,
                onceKey,
                path.length(),
                MadeDirectory.class,
                () -> inside(
                        sandboxId,
                        request.user(),
                        new Asked.Place(path),
                        server -> new MadeDirectory(
                                path,
                                server.makeDirectory(
                                        path, flag(request.recursive(), FileServer.PARENTS), mode.bits()))));
    }

    @Override
    public FileInfo copy(String sandboxId, CopyRequest request, @Nullable String onceKey) {
        var source = SandboxPath.normal(request.src());
        var target = SandboxPath.normal(request.dst());
        var temporary = FileServer.temporaryName();
        var flags = flag(request.recursive(), FileServer.RECURSIVE)
                | flag(request.overwrite(), FileServer.OVERWRITE)
                | flag(!Boolean.FALSE.equals(request.preserveAttributes()), FileServer.ATTRIBUTES);
        return once.run(
                sandboxId,
                onceKey,
                target.length(),
                FileInfo.class,
                () -> cleaningUp(
                        sandboxId,
                        request.user(),
                        new Asked.Pair(source, target),
                        temporary,
                        server -> server.copy(source, target, flags, temporary)));
    }

    @Override
    public FileInfo move(String sandboxId, MoveRequest request, @Nullable String onceKey) {
        var source = SandboxPath.normal(request.src());
        var target = SandboxPath.normal(request.dst());
        refuseRoot(source);
        var temporary = FileServer.temporaryName();
        var flags = flag(request.overwrite(), FileServer.OVERWRITE);
        return once.run(
                sandboxId,
                onceKey,
                target.length(),
                FileInfo.class,
                () -> cleaningUp(
                        sandboxId,
                        request.user(),
                        new Asked.Pair(source, target),
                        temporary,
                        server -> server.move(source, target, flags, temporary)));
    }

    /** A server that died in the middle has left what it copied under its temporary name. */
    private <T> T cleaningUp(
            String sandboxId, @Nullable String user, Asked.Pair asked, String temporary, Work<T> work) {
        var lost = new boolean[1];
        try {
            return inside(sandboxId, user, asked, server -> {
                try {
                    return work.with(server);
                } catch (FileRefusal refusal) {
                    throw refusal;
                } catch (IOException e) {
                    lost[0] = true;
                    throw e;
                }
            });
        } finally {
            if (lost[0]) {
                cleanUp(sandboxId, user, SandboxPath.child(SandboxPath.parent(asked.target()), temporary));
            }
        }
    }

    private void cleanUp(String sandboxId, @Nullable String user, String path) {
        try {
            delete(sandboxId, new DeleteFile(path, true, true, user), null);
        } catch (RuntimeException e) {
            LOG.warn("{} is left in sandbox {}", path, sandboxId, e);
        }
    }

    @Override
    public void delete(String sandboxId, DeleteFile request, @Nullable String onceKey) {
        var path = SandboxPath.normal(request.path());
        refuseRoot(path);
        once.run(
                sandboxId,
                onceKey,
                0,
                Boolean.class,
                () -> inside(sandboxId, request.user(), new Asked.Existing(path), server -> {
                    try {
                        server.delete(path, flag(request.recursive(), FileServer.RECURSIVE));
                    } catch (FileRefusal refusal) {
                        if (!request.force() || !FileFailures.isMissing(refusal)) {
                            throw refusal;
                        }
                    }
                    return true;
                }));
    }

    private static void refuseRoot(String path) {
        if (path.equals(SandboxPath.ROOT)) {
            throw new Failure.Refused(
                            ErrorCode.PERMISSION_DENIED, "The root itself stays", Map.of("path", SandboxPath.ROOT))
                    .asException();
        }
    }

    @Override
    public FileInfo changeMode(String sandboxId, ChangeMode request) {
        var path = SandboxPath.normal(request.path());
        return inside(
                sandboxId,
                request.user(),
                new Asked.Existing(path),
                server -> server.changeMode(
                        path,
                        flag(request.recursive(), FileServer.RECURSIVE),
                        request.mode().bits()));
    }

    @Override
    public FileInfo changeOwner(String sandboxId, ChangeOwner request) {
        var path = SandboxPath.normal(request.path());
        var group = Objects.requireNonNullElse(request.group(), "");
        return inside(
                sandboxId,
                request.user(),
                new Asked.Existing(path),
                server -> server.changeOwner(
                        path, flag(request.recursive(), FileServer.RECURSIVE), request.owner(), group));
    }

    private interface Work<T> {
        T with(FileServer server) throws IOException;
    }

    private <T> T inside(String sandboxId, @Nullable String user, Asked asked, Work<T> work) {
        return inside(servers.running(sandboxId), user, asked, work);
    }

    private <T> T inside(ProcessHost host, @Nullable String user, Asked asked, Work<T> work) {
        try (var lease = servers.lease(host, user, Purpose.QUESTION);
                var limit = new TimeLimit(lease.server(), MOST_TIME)) {
            try {
                var result = limit.run(() -> work.with(lease.server()));
                lease.reusable();
                return result;
            } catch (FileRefusal refusal) {
                lease.reusable();
                throw FileFailures.of(refusal, asked).causedBy(refusal);
            } catch (IOException e) {
                throw FileServers.unanswered(e);
            }
        }
    }

    private static int flag(@Nullable Boolean set, int flag) {
        return Boolean.TRUE.equals(set) ? flag : 0;
    }
}
