package dev.elevo.client;

import dev.elevo.client.api.FilesApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file on its way out of a sandbox. One that breaks off goes on, unless the file has changed. */
final class FileDownload {
    private static final int PARTIAL = 206;

    private final Transport transport;
    private final Call call;
    private final Progress progress;

    FileDownload(Transport transport, String sandbox, String path, Progress progress) {
        this.transport = transport;
        this.call = Call.of("GET", "/api/v1/sandboxes/{id}/files/download")
                .at("id", sandbox)
                .query(new FilesApi.DownloadFileQuery().path(path));
        this.progress = progress;
    }

    /** Where {@code cp} would put it: through a link, and into what is a device or a pipe, which cannot be replaced. */
    void into(Path local, int mode) throws IOException {
        if (Files.exists(local) && !Files.isRegularFile(local)) {
            try (var content = Files.newOutputStream(local, StandardOpenOption.WRITE)) {
                fetch(new Poured(content));
            }
        } else {
            inPlaceOf(followed(local), mode);
        }
    }

    /** What was there, also a link, stays until all has come. */
    void inPlaceOf(Path local, int mode) throws IOException {
        try (var part = PartFile.beside(local)) {
            try (var content = FileChannel.open(part.path(), StandardOpenOption.WRITE)) {
                fetch(new Written(content));
            }
            Permissions.give(part.path(), mode);
            part.become(local);
        }
    }

    private static Path followed(Path local) throws IOException {
        if (Files.exists(local)) {
            return local.toRealPath();
        }
        return Files.isSymbolicLink(local) ? local.resolveSibling(Files.readSymbolicLink(local)) : local;
    }

    private interface Target {
        long size() throws IOException;

        void write(byte[] buffer, int count) throws IOException;

        void beginAnew() throws IOException;
    }

    private record Written(FileChannel file) implements Target {
        @Override
        public long size() throws IOException {
            return file.position();
        }

        @Override
        public void write(byte[] buffer, int count) throws IOException {
            var bytes = ByteBuffer.wrap(buffer, 0, count);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }

        @Override
        public void beginAnew() throws IOException {
            file.truncate(0);
        }
    }

    private static final class Poured implements Target {
        private final OutputStream content;
        private long size;

        Poured(OutputStream content) {
            this.content = content;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void write(byte[] buffer, int count) throws IOException {
            content.write(buffer, 0, count);
            size += count;
        }

        @Override
        public void beginAnew() throws IOException {
            if (size > 0) {
                throw new IOException("the file changed while it was read");
            }
        }
    }

    private void fetch(Target to) throws IOException {
        var version = "";
        for (var failed = 0; ; ) {
            var begun = to.size();
            var response = version.isEmpty()
                    ? transport.download(call)
                    : transport.download(call, "Range", "bytes=" + begun + "-", "If-Range", version);
            var goesOn = response.statusCode() == PARTIAL;
            version = response.headers().firstValue("ETag").orElse("");
            try (var content = response.body()) {
                if (!goesOn) {
                    begun = 0;
                    to.beginAnew();
                }
                var left = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                copy(content, to, left < 0 ? -1 : begun + left);
                return;
            } catch (BrokenOffException e) {
                failed = goesOn && to.size() > begun ? 1 : failed + 1;
                transport.retries().await(failed, new Retries.Failed(e.reason(), true, null));
            }
        }
    }

    private void copy(InputStream content, Target to, long total) throws IOException {
        progress.at(to.size(), total);
        var buffer = new byte[1 << 16];
        for (var count = read(content, buffer); count >= 0; count = read(content, buffer)) {
            to.write(buffer, count);
            progress.at(to.size(), total);
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
}
