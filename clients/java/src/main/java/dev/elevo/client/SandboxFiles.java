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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of a sandbox. Paths inside are absolute. However large a file is, it goes through no heap. */
public final class SandboxFiles {
    /** What a request carries; more goes to an address of its own. */
    static final int INLINE = 4 << 20;

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

    /** With its permissions. What has no size of its own, as a pipe has none, is read to its end before. */
    public void upload(Path local, String path, Progress progress) {
        try {
            if (Files.isRegularFile(local) && Files.size(local) > 0) {
                upload(local, path, Permissions.octal(local), progress);
                return;
            }
            try (var whole = PartFile.somewhere()) {
                copy(local, whole.path());
                var mode = Files.isRegularFile(local) ? Permissions.octal(local) : null;
                upload(whole.path(), path, mode, progress);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Not by {@code Files.copy}, which believes in the size. */
    private static void copy(Path from, Path to) throws IOException {
        try (var in = Files.newInputStream(from);
                var out = Files.newOutputStream(to)) {
            var buffer = new byte[1 << 16];
            for (var count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        }
    }

    private void upload(Path local, String path, @Nullable String mode, Progress progress) throws IOException {
        send(path, mode, new CountedContent(BodyPublishers.ofFile(local), progress));
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

    /**
     * With its permissions. What was there stays until all has come; one that breaks off goes on, unless the file has changed. A link is
     * followed, and into a device or a pipe it is written as it comes.
     */
    public void download(String path, Path local, Progress progress) {
        try {
            new FileDownload(transport, sandbox, path, progress)
                    .into(local, stat(path).mode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In place of whatever is there, through no link. */
    void replace(Path local, FileInfo file, Progress progress) {
        try {
            new FileDownload(transport, sandbox, file.path(), progress).inPlaceOf(local, file.mode());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
