package dev.elevo.client;

import dev.elevo.client.api.FilesApi;
import dev.elevo.client.model.FileInfo;
import dev.elevo.client.model.MakeDirectory;
import dev.elevo.client.model.MoveRequest;
import dev.elevo.client.model.UploadUrlRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a sandbox. Paths inside are absolute. However large a file is, it goes through no heap. */
public final class SandboxFiles {
    /** What a request carries; more goes to an address of its own. */
    static final int INLINE = 4 << 20;

    private static final int PARTIAL = 206;

    private final Transport transport;
    private final FilesApi api;
    private final String sandbox;

    SandboxFiles(Transport transport, String sandbox) {
        this.transport = transport;
        this.api = new FilesApi(transport);
        this.sandbox = sandbox;
    }

    public void write(String path, String text) {
        write(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces the file, or makes it and the directories above it. */
    public void write(String path, byte[] content) {
        send(path, null, BodyPublishers.ofByteArray(content));
    }

    public String readText(String path) {
        return new String(read(path), StandardCharsets.UTF_8);
    }

    public byte[] read(String path) {
        try (var content = open(path)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UnreachableException("broken off: " + path, e);
        }
    }

    /** Whoever opens closes. */
    public InputStream open(String path) {
        return api.downloadFile(sandbox, new FilesApi.DownloadFileQuery().path(path));
    }

    public void upload(Path local, String path) {
        upload(local, path, Progress.NONE);
    }

    /** With its permissions. */
    public void upload(Path local, String path, Progress progress) {
        try {
            send(path, Permissions.octal(local), new CountedContent(BodyPublishers.ofFile(local), progress));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(String path, @Nullable String mode, BodyPublisher content) {
        if (content.contentLength() <= INLINE) {
            var query = new FilesApi.WriteFileQuery().path(path).mode(mode);
            transport.post(
                    Call.of("POST", "/api/v1/sandboxes/{id}/files/write")
                            .at("id", sandbox)
                            .query(query),
                    content);
        } else {
            var request = UploadUrlRequest.builder().path(path).mode(mode).build();
            transport.put(URI.create(api.makeUploadUrl(sandbox, request).url()), content);
        }
    }

    public void download(String path, Path local) {
        download(path, local, Progress.NONE);
    }

    /** With its permissions. What was there stays until all has come; one that breaks off goes on, unless the file has changed. */
    public void download(String path, Path local, Progress progress) {
        download(path, stat(path).mode(), local, progress);
    }

    void download(String path, int mode, Path local, Progress progress) {
        try {
            var part = Files.createTempFile(local.toAbsolutePath().getParent(), ".elevo-", ".part");
            try {
                try (var content = FileChannel.open(part, StandardOpenOption.WRITE)) {
                    download(path, content, progress);
                }
                Permissions.give(part, mode);
                Files.move(part, local, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void download(String path, FileChannel to, Progress progress) throws IOException {
        var call = Call.of("GET", "/api/v1/sandboxes/{id}/files/download")
                .at("id", sandbox)
                .query(new FilesApi.DownloadFileQuery().path(path));
        var version = "";
        for (var failed = 0; ; ) {
            var begun = to.position();
            var response = version.isEmpty()
                    ? transport.download(call)
                    : transport.download(call, "Range", "bytes=" + begun + "-", "If-Range", version);
            var goesOn = response.statusCode() == PARTIAL;
            if (!goesOn) {
                begun = 0;
                to.truncate(0);
            }
            version = response.headers().firstValue("ETag").orElse("");
            try (var content = response.body()) {
                var left = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                copy(content, to, left < 0 ? -1 : begun + left, progress);
                return;
            } catch (BrokenOffException e) {
                failed = goesOn && to.position() > begun ? 1 : failed + 1;
                transport.retries().await(failed, new Retries.Failed(e.reason(), true, null));
            }
        }
    }

    private static void copy(InputStream content, FileChannel to, long total, Progress progress) throws IOException {
        progress.at(to.position(), total);
        var buffer = new byte[1 << 16];
        for (var count = read(content, buffer); count >= 0; count = read(content, buffer)) {
            var piece = ByteBuffer.wrap(buffer, 0, count);
            while (piece.hasRemaining()) {
                to.write(piece);
            }
            progress.at(to.position(), total);
        }
    }

    /** To tell the network that fails from the disk that does. */
    private static int read(InputStream content, byte[] buffer) throws BrokenOffException {
        try {
            return content.read(buffer);
        } catch (IOException e) {
            throw new BrokenOffException(e);
        }
    }

    private static final class BrokenOffException extends IOException {
        BrokenOffException(IOException cause) {
            super(cause);
        }

        UnreachableException reason() {
            return new UnreachableException("a download broke off", getCause());
        }
    }

    /** A directory with all that is in it, into {@code path}. */
    public void uploadTree(Path local, String path, Progress progress) {
        new TreeUpload(transport, sandbox, progress).send(local, path);
    }

    /** A directory with all that is in it, into {@code local}. At most 20 000 entries. */
    public void downloadTree(String path, Path local, Progress progress) {
        new TreeDownload(this, progress).fetch(path, local);
    }

    public List<FileInfo> list(String path) {
        return list(path, 1);
    }

    /** To a depth of 1 what is in the directory, of -1 all below it. */
    public List<FileInfo> list(String path, int depth) {
        return api.listFiles(sandbox, new FilesApi.ListFilesQuery().path(path).depth(depth))
                .data();
    }

    public FileInfo stat(String path) {
        return api.statFile(sandbox, new FilesApi.StatFileQuery().path(path));
    }

    public boolean exists(String path) {
        return api.fileExists(sandbox, new FilesApi.FileExistsQuery().path(path))
                .exists();
    }

    /** And those above it. */
    public void makeDirectory(String path) {
        api.makeDirectory(
                sandbox, MakeDirectory.builder().path(path).recursive(true).build());
    }

    public void move(String from, String to) {
        api.moveFile(sandbox, MoveRequest.builder().src(from).dst(to).build());
    }

    /** A directory with all that is in it. */
    public void delete(String path) {
        api.deleteFile(sandbox, new FilesApi.DeleteFileQuery().path(path).recursive(true));
    }

    /** Changes below a directory. */
    public Subscription<FileEvent> watch(String path) {
        var query = new FilesApi.WatchFilesQuery().path(path).recursive(true);
        var same = Call.of("GET", "/api/v1/sandboxes/{id}/files/stat")
                .at("id", sandbox)
                .query(new FilesApi.StatFileQuery().path(path));
        return new Subscription<>(
                cursor -> WebSocketConnection.open(transport, api.watchFiles(sandbox, query), same),
                transport.retries(),
                FileEvent.class,
                FileEvent.gap(path));
    }
}
