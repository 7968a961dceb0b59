package dev.elevo.client;

import dev.elevo.client.api.FilesApi;
import dev.elevo.client.api.ProcessApi;
import dev.elevo.client.model.RunRequest;
import dev.elevo.client.model.WriteBatch;
import dev.elevo.client.model.WriteEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A directory on its way into a sandbox. Small files go many at a time, since requests are counted. Links and modes of directories are
 * for the sandbox's own {@code ln} and {@code chmod}: the API makes no links, and changes modes one by one.
 */
final class TreeUpload {
    private static final int SMALL = 512 * 1024;
    private static final int MOST_FILES = 1000;
    private static final int MOST_AT_ONCE = 200;

    /** Base64 makes four of three, and a request carries 6 MiB. */
    private static final int MOST_BYTES = 3 << 20;

    private final FilesApi files;
    private final ProcessApi processes;
    private final SandboxFiles whole;
    private final String sandbox;
    private final Progress progress;
    private final List<Path> small = new ArrayList<>();
    private final List<Path> large = new ArrayList<>();
    private final List<Path> links = new ArrayList<>();
    private final List<Path> directories = new ArrayList<>();
    private final List<Path> guarded = new ArrayList<>();
    private long total;
    private long done;

    TreeUpload(Transport transport, String sandbox, Progress progress) {
        this.files = new FilesApi(transport);
        this.processes = new ProcessApi(transport);
        this.whole = new SandboxFiles(transport, sandbox);
        this.sandbox = sandbox;
        this.progress = progress;
    }

    void send(Path local, String remote) {
        try {
            look(local);
            if (guarded.contains(local) && whole.exists(remote)) {
                guarded.remove(local); // what was there before is as it was
            }
            progress.at(0, total);
            for (var directory : directories) {
                whole.makeDirectory(place(local, directory, remote));
            }
            sendSmall(local, remote);
            for (var file : large) {
                var before = done;
                whole.upload(file, place(local, file, remote), (sent, all) -> progress.at(before + sent, total));
                done = before + Files.size(file);
            }
            each("ln -sfn", links, local, remote, link -> slashed(Files.readSymbolicLink(link)));
            // Those inside others first: into some, nothing could be put any more.
            each("chmod", guarded.reversed(), local, remote, guard -> Objects.requireNonNull(Permissions.octal(guard)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void look(Path local) throws IOException {
        Files.walkFileTree(local, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                try (var entries = Files.list(directory)) {
                    // Others come with the files in them.
                    if (entries.noneMatch(entry -> Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS))) {
                        directories.add(directory);
                    }
                }
                if (!Permissions.isUsualOfDirectory(directory)) {
                    guarded.add(directory);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isSymbolicLink()) {
                    links.add(file);
                } else if (attributes.isRegularFile()) {
                    total += attributes.size();
                    (attributes.size() <= SMALL ? small : large).add(file);
                }
                return FileVisitResult.CONTINUE; // sockets and devices mean nothing elsewhere
            }
        });
    }

    private static String place(Path local, Path file, String remote) {
        var relative = slashed(local.relativize(file));
        return relative.isEmpty() ? remote : remote.replaceFirst("/*$", "/") + relative;
    }

    /** As it is written there, whatever is between names here. */
    private static String slashed(Path path) {
        return path.toString().replace(path.getFileSystem().getSeparator(), "/");
    }

    private void sendSmall(Path local, String remote) throws IOException {
        var batch = new ArrayList<WriteEntry>();
        long bytes = 0;
        for (var file : small) {
            var content = Files.readAllBytes(file);
            if (!batch.isEmpty() && (bytes + content.length > MOST_BYTES || batch.size() == MOST_FILES)) {
                flush(batch, bytes);
                bytes = 0;
            }
            batch.add(WriteEntry.builder()
                    .path(place(local, file, remote))
                    .content(Base64.getEncoder().encodeToString(content))
                    .encoding("base64")
                    .mode(Permissions.octal(file))
                    .build());
            bytes += content.length;
        }
        if (!batch.isEmpty()) {
            flush(batch, bytes);
        }
    }

    private void flush(List<WriteEntry> batch, long bytes) {
        files.writeBatch(sandbox, WriteBatch.builder().files(List.copyOf(batch)).build());
        batch.clear();
        done += bytes;
        progress.at(done, total);
    }

    private interface First {
        String of(Path file) throws IOException;
    }

    /** Runs a command on each, with two arguments, the second of which is where the file is there. */
    private void each(String command, List<Path> all, Path local, String remote, First first) throws IOException {
        for (var from = 0; from < all.size(); from += MOST_AT_ONCE) {
            var script = "while [ $# -gt 0 ]; do %s -- \"$1\" \"$2\" || exit; shift 2; done".formatted(command);
            var arguments = new ArrayList<>(List.of("-c", script, "sh"));
            for (var file : all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE))) {
                arguments.add(first.of(file));
                arguments.add(place(local, file, remote));
            }
            var ran = processes.runCommand(
                    sandbox,
                    RunRequest.builder()
                            .command("/bin/sh")
                            .useShell(false)
                            .args(arguments)
                            .build());
            if (ran.exitCode() != 0) {
                throw new IOException(ran.stderr().strip());
            }
        }
    }
}
