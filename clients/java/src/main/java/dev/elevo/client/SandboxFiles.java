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
import java.nio.file.StandardCopyOption;
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

    /** With its permissions. */
    public void upload(Path local, String path, Progress progress) {
        try {
            send(path, Permissions.octal(local), new CountedFile(local, progress));
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

    /** What was there stays until all has come. One that breaks off begins anew. */
    public void download(String path, Path local, Progress progress) {
        for (var attempts = 1; ; attempts++) {
            var response = transport.download(api(path));
            try (var content = response.body()) {
                var total =
                        response.headers().firstValueAsLong("Content-Length").orElse(-1);
                var part = Files.createTempFile(local.toAbsolutePath().getParent(), ".elevo-", ".part");
                try {
                    copy(content, part, total, progress);
                    Files.move(part, local, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                    return;
                } finally {
                    Files.deleteIfExists(part);
                }
            } catch (BrokenOffException e) {
                transport.retries().await(attempts, new Retries.Failed(e.reason(), true, null));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Call api(String path) {
        return Call.of("GET", "/api/v1/sandboxes/{id}/files/download")
                .at("id", sandbox)
                .query(new FilesApi.DownloadFileQuery().path(path));
    }

    private static void copy(InputStream content, Path to, long total, Progress progress) throws IOException {
        progress.at(0, total);
        try (var file = Files.newOutputStream(to)) {
            var buffer = new byte[1 << 16];
            long done = 0;
            for (var count = read(content, buffer); count >= 0; count = read(content, buffer)) {
                file.write(buffer, 0, count);
                done += count;
                progress.at(done, total);
            }
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
        return new Subscription<>(transport, api.watchFiles(sandbox, query), same, FileEvent.class);
    }
}
