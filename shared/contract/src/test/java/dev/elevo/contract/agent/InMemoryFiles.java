package dev.elevo.contract.agent;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.files.BatchResult;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.FindResult;
import dev.elevo.contract.files.GrepMatch;
import dev.elevo.contract.files.GrepRequest;
import dev.elevo.contract.files.GrepResult;
import dev.elevo.contract.files.MadeDirectory;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MediaTypes;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.files.SandboxPath;
import dev.elevo.contract.files.WriteResult;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Files and directories of one sandbox, without links, and with two users who may do everything. */
final class InMemoryFiles {
    private static final List<String> USERS = List.of("user", "root");

    private final SandboxSpec spec;
    private final InstantSource clock;
    private final Map<String, Object> answers = new HashMap<>();
    private TreeMap<String, Node> nodes = new TreeMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Node(byte @Nullable [] content, FileMode mode, String owner, Instant modifiedAt) {
        boolean isDirectory() {
            return content == null;
        }

        byte[] bytes() {
            return Objects.requireNonNull(content);
        }
    }

    InMemoryFiles(SandboxSpec spec, InstantSource clock) {
        this.spec = spec;
        this.clock = clock;
        for (var path : List.of("/", "/tmp", "/home", "/home/user")) {
            nodes.put(path, directory());
        }
    }

    private Node directory() {
        return new Node(null, FileMode.OF_DIRECTORIES, "user", clock.instant());
    }

    synchronized <T> T once(@Nullable String key, Function<InMemoryFiles, T> work) {
        if (key == null) {
            return work.apply(this);
        }
        @SuppressWarnings("unchecked") // whoever has the key asks for the same
        var before = (T) answers.get(key);
        if (before != null) {
            return before;
        }
        var answer = work.apply(this);
        answers.put(key, answer);
        return answer;
    }

    synchronized FileInfo stat(StatFile request) {
        checkUser(request.user());
        return info(request.path(), existing(request.path()));
    }

    synchronized FileList list(ListFiles query) {
        checkUser(query.user());
        var path = query.path() == null ? spec.workDir() : query.path();
        var self = existing(path);
        if (query.depth() == 0) {
            return new FileList(List.of(info(path, self)), 1);
        }
        if (!self.isDirectory()) {
            throw refused(ErrorCode.NOT_A_DIRECTORY, path);
        }
        var found = new ArrayList<FileInfo>();
        below(path).forEach((one, node) -> {
            var depth = one.substring(path.equals("/") ? 0 : path.length()).split("/").length - 1;
            var file = info(one, node);
            if ((query.depth() < 0 || depth <= query.depth())
                    && (query.type() == null || query.type() == file.type())
                    && (query.includeHidden() || !file.hidden())) {
                found.add(file);
            }
        });
        Comparator<FileInfo> by = query.sortBy().equals("size")
                ? Comparator.comparingLong(FileInfo::size)
                : Comparator.comparing(FileInfo::name);
        found.sort((query.descending() ? by.reversed() : by).thenComparing(FileInfo::path));
        return new FileList(
                found.stream().skip(query.first()).limit(query.most()).toList(), found.size());
    }

    synchronized FileContent read(ReadFile request) {
        checkUser(request.user());
        var content = file(request.path()).bytes();
        var from = (int) Math.min(request.offset(), content.length);
        var length = Math.min(Objects.requireNonNullElse(request.length(), Long.MAX_VALUE), content.length - from);
        if (length > request.most()) {
            throw new Failure.Refused(
                            ErrorCode.FILE_TOO_LARGE,
                            "too large",
                            Map.of("path", request.path(), "size", content.length, "limit", request.most()))
                    .asException();
        }
        return new FileContent(Arrays.copyOfRange(content, from, from + (int) length), content.length);
    }

    synchronized WriteResult write(WriteFile target, byte[] content) {
        checkUser(target.user());
        var before = nodes.get(target.path());
        if (before != null && before.isDirectory()) {
            throw refused(ErrorCode.NOT_A_FILE, target.path());
        }
        if (before != null && !target.overwrite() && !target.append()) {
            throw refused(ErrorCode.FILE_ALREADY_EXISTS, target.path());
        }
        makeParents(target.path(), target.createParents());
        var mode = target.mode();
        if (mode == null) {
            mode = before == null ? FileMode.OF_FILES : before.mode();
        }
        var all = new ByteArrayOutputStream();
        if (before != null && target.append()) {
            all.writeBytes(before.bytes());
        }
        all.writeBytes(content);
        nodes.put(target.path(), new Node(all.toByteArray(), mode, "user", clock.instant()));
        return new WriteResult(target.path(), content.length, before == null);
    }

    synchronized BatchResult writeAll(WriteFiles batch) {
        checkUser(batch.user());
        var before = new TreeMap<>(nodes);
        var results = new ArrayList<WriteResult>();
        for (var entry : batch.files()) {
            try {
                results.add(write(
                        new WriteFile(
                                entry.path(), entry.mode(), entry.createParents(), entry.overwrite(), false, null),
                        Base64.getDecoder().decode(entry.content())));
            } catch (ApiException e) {
                nodes = before;
                var details = new HashMap<>(e.failure().details());
                details.put("index", results.size());
                throw new Failure.Refused(e.failure().code(), e.failure().message(), details).asException();
            }
        }
        return new BatchResult(results);
    }

    synchronized MadeDirectory makeDirectory(MakeDirectory request) {
        checkUser(request.user());
        var before = nodes.get(request.path());
        if (before != null && !before.isDirectory()) {
            throw refused(ErrorCode.FILE_ALREADY_EXISTS, request.path());
        }
        if (before == null) {
            makeParents(request.path(), Boolean.TRUE.equals(request.recursive()));
            var mode = Objects.requireNonNullElse(request.mode(), FileMode.OF_DIRECTORIES);
            nodes.put(request.path(), new Node(null, mode, "user", clock.instant()));
        }
        return new MadeDirectory(request.path(), before == null);
    }

    synchronized FileInfo copy(CopyRequest request) {
        checkUser(request.user());
        var source = existing(request.src());
        if (source.isDirectory() && !Boolean.TRUE.equals(request.recursive())) {
            throw refused(ErrorCode.NOT_A_FILE, request.src());
        }
        makeRoom(request.dst(), Boolean.TRUE.equals(request.overwrite()));
        nodes.put(request.dst(), source);
        below(request.src()).forEach((path, node) -> nodes.put(moved(path, request.src(), request.dst()), node));
        return info(request.dst(), source);
    }

    synchronized FileInfo move(MoveRequest request) {
        checkUser(request.user());
        var source = existing(request.src());
        makeRoom(request.dst(), Boolean.TRUE.equals(request.overwrite()));
        nodes.put(request.dst(), source);
        below(request.src()).forEach((path, node) -> {
            nodes.put(moved(path, request.src(), request.dst()), node);
            nodes.remove(path);
        });
        nodes.remove(request.src());
        return info(request.dst(), source);
    }

    private static String moved(String path, String from, String to) {
        return to + path.substring(from.length());
    }

    private void makeRoom(String path, boolean overwrite) {
        makeParents(path, false);
        var before = nodes.get(path);
        if (before != null && (!overwrite || before.isDirectory())) {
            throw refused(ErrorCode.FILE_ALREADY_EXISTS, path);
        }
    }

    synchronized Boolean delete(DeleteFile request) {
        checkUser(request.user());
        if (request.path().equals("/")) {
            throw refused(ErrorCode.PERMISSION_DENIED, "/");
        }
        if (!nodes.containsKey(request.path())) {
            if (request.force()) {
                return true;
            }
            throw refused(ErrorCode.FILE_NOT_FOUND, request.path());
        }
        var below = below(request.path());
        if (!below.isEmpty() && !request.recursive()) {
            throw refused(ErrorCode.DIRECTORY_NOT_EMPTY, request.path());
        }
        nodes.keySet().removeAll(below.keySet());
        nodes.remove(request.path());
        return true;
    }

    synchronized FileInfo changeMode(ChangeMode request) {
        checkUser(request.user());
        var node = existing(request.path());
        var changed = new Node(node.content(), request.mode(), node.owner(), node.modifiedAt());
        nodes.put(request.path(), changed);
        return info(request.path(), changed);
    }

    synchronized FileInfo changeOwner(ChangeOwner request) {
        checkUser(request.user());
        checkUser(request.owner());
        var node = existing(request.path());
        var changed = new Node(node.content(), node.mode(), request.owner(), node.modifiedAt());
        nodes.put(request.path(), changed);
        return info(request.path(), changed);
    }

    /** By a part of the name; it knows no globs. */
    synchronized FindResult find(FindRequest request) {
        checkUser(request.user());
        if (!existing(request.path()).isDirectory()) {
            throw refused(ErrorCode.NOT_A_DIRECTORY, request.path());
        }
        var found = below(request.path()).keySet().stream()
                .filter(path -> SandboxPath.name(path).contains(request.pattern()))
                .toList();
        var limit = Objects.requireNonNullElse(request.limit(), FindRequest.DEFAULT_LIMIT);
        return new FindResult(found.stream().limit(limit).toList(), found.size() > limit);
    }

    /** By a text in the line; it knows no regular expressions, but that an opened parenthesis makes none. */
    synchronized GrepResult grep(GrepRequest request) {
        checkUser(request.user());
        existing(request.path());
        if (request.pattern().equals("(")) {
            throw Failure.Invalid.field("pattern", "is no regular expression", request.pattern())
                    .asException();
        }
        var found = new ArrayList<GrepMatch>();
        below(request.path()).forEach((path, node) -> {
            if (!node.isDirectory()) {
                var lines = new String(node.bytes(), StandardCharsets.UTF_8).split("\n");
                for (int i = 0; i < lines.length; i++) {
                    var column = lines[i].indexOf(request.pattern());
                    if (column >= 0) {
                        found.add(new GrepMatch(path, i + 1, column + 1, lines[i], null, null));
                    }
                }
            }
        });
        var limit = Objects.requireNonNullElse(request.limit(), GrepRequest.DEFAULT_LIMIT);
        return new GrepResult(found.stream().limit(limit).toList(), found.size() > limit);
    }

    private void makeParents(String path, boolean missingOnes) {
        for (var parent = SandboxPath.parent(path); ; parent = SandboxPath.parent(parent)) {
            var node = nodes.get(parent);
            if (node != null && !node.isDirectory()) {
                throw refused(ErrorCode.NOT_A_DIRECTORY, path);
            }
            if (node != null) {
                return;
            }
            if (!missingOnes) {
                throw refused(ErrorCode.FILE_NOT_FOUND, path);
            }
            nodes.put(parent, directory());
        }
    }

    private Map<String, Node> below(String path) {
        var prefix = path.equals("/") ? "/" : path + "/";
        var found = new TreeMap<>(nodes.subMap(prefix, true, prefix + Character.MAX_VALUE, false));
        found.remove("/");
        return found;
    }

    private Node existing(String path) {
        var node = nodes.get(path);
        if (node == null) {
            throw refused(ErrorCode.FILE_NOT_FOUND, path);
        }
        return node;
    }

    private Node file(String path) {
        var node = existing(path);
        if (node.isDirectory()) {
            throw refused(ErrorCode.NOT_A_FILE, path);
        }
        return node;
    }

    private static FileInfo info(String path, Node node) {
        var name = SandboxPath.name(path);
        return new FileInfo(
                name,
                path,
                node.isDirectory() ? FileType.DIRECTORY : FileType.FILE,
                node.isDirectory() ? 0 : node.bytes().length,
                node.mode(),
                node.mode().letters(),
                node.owner(),
                node.owner(),
                node.modifiedAt(),
                node.modifiedAt(),
                null,
                null,
                name.startsWith("."),
                node.isDirectory() ? null : MediaTypes.of(name));
    }

    private static void checkUser(@Nullable String user) {
        if (user != null && !USERS.contains(user)) {
            throw new Failure.Refused(ErrorCode.PERMISSION_DENIED, "no such user", Map.of("user", user)).asException();
        }
    }

    private static RuntimeException refused(ErrorCode code, String path) {
        return new Failure.Refused(code, "not here", Map.of("path", path)).asException();
    }
}
