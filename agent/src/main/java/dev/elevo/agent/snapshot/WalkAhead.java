package dev.elevo.agent.snapshot;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through a tree before somebody who has more to do with it: of the copy of a disk nothing is in memory, and whoever comes after
 * need not wait for its directories. It begins when the tree is there, whatever the other has to find out until he needs it.
 */
final class WalkAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WalkAhead.class);

    private final Thread thread;
    private volatile boolean isOver;

    private WalkAhead(ArchiveLibrary library, Archives.Source source) {
        thread = Thread.ofPlatform().name("snapshot-ahead").daemon().start(() -> walk(library, source));
    }

    static WalkAhead begin(ArchiveLibrary library, Archives.Source source) {
        return new WalkAhead(library, source);
    }

    private void walk(ArchiveLibrary library, Archives.Source source) {
        try (var walk = new TreeWalk(library, source.get().root())) {
            while (!isOver && walk.next().event() != Entry.END) {
                Thread.onSpinWait();
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("who comes after it will meet the same: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        isOver = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
