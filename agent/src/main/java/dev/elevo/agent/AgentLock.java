package dev.elevo.agent;

import io.micronaut.context.annotation.Context;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Two agents on one directory would take each other's sandboxes for debris. Taken before anything else looks at it. */
@Context
public final class AgentLock {
    private final FileChannel file;

    AgentLock(AgentConfiguration configuration) throws IOException {
        var directory = Files.createDirectories(configuration.directory());
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        file = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (file.tryLock() == null) {
            file.close();
            throw new IllegalStateException("another agent runs on " + directory);
        }
    }

    @PreDestroy
    void release() throws IOException {
        file.close();
    }
}
