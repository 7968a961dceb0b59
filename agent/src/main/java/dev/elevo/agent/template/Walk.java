package dev.elevo.agent.template;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Over everything in a tree, the tree itself first; links are not followed. */
final class Walk extends SimpleFileVisitor<Path> {
    private final Visit visit;

    interface Visit {
        void file(Path file, BasicFileAttributes attributes) throws IOException;
    }

    private Walk(Visit visit) {
        this.visit = visit;
    }

    static void over(Path tree, Visit visit) throws IOException {
        Files.walkFileTree(tree, new Walk(visit));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        visit.file(directory, attributes);
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        visit.file(file, attributes);
        return FileVisitResult.CONTINUE;
    }
}
