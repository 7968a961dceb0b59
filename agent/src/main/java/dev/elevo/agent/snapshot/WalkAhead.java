package dev.elevo.agent.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through a tree before somebody who has more to do with it: of the copy of a disk nothing is in memory, and whoever comes after
 * need not wait for its directories.
 */
final class WalkAhead {
    private static final Logger LOG = LoggerFactory.getLogger(WalkAhead.class);

    private final Thread thread;
    private volatile boolean isOver;

    private WalkAhead(ArchiveLibrary library, Path root) {
        thread = Thread.ofPlatform().name("snapshot-ahead").daemon().start(() -> walk(library, root));
    }

    static WalkAhead begin(ArchiveLibrary library, Path root) {
        return new WalkAhead(library, root);
    }

    private void walk(ArchiveLibrary library, Path root) {
        try (var walk = new TreeWalk(library, root)) {
            while (!isOver && walk.next().event() != Entry.END) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            LOG.debug("who comes after it will meet the same: {}", e.getMessage());
        }
    }

    void end() {
        isOver = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
