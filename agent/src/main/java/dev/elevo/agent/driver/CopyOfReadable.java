package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Copies a tree of the host, but for what others may not read there: nobody reads it in a sandbox. */
final class CopyOfReadable extends SimpleFileVisitor<Path> {
    private static final int READABLE_BY_OTHERS = 04;

    private final Path from;
    private final Path to;

    CopyOfReadable(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path source, BasicFileAttributes attributes) throws IOException {
        return copy(source) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path source, BasicFileAttributes attributes) throws IOException {
        copy(source);
        return FileVisitResult.CONTINUE;
    }

    private boolean copy(Path source) throws IOException {
        var mode = (int) Files.getAttribute(source, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        var readable = (mode & READABLE_BY_OTHERS) != 0;
        if (readable) {
            var target = to.resolve(from.relativize(source).toString());
            Files.copy(source, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
        }
        return readable;
    }
}
