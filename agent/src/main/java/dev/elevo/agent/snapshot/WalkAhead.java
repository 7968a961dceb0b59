package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.elevo.agent.foreign.Foreign;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the inodes of a tree into memory, from the other end than the walk that needs them. It begins when the tree is there, whatever
 * the walk has to wait for besides.
 */
final class WalkAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WalkAhead.class);

    /** As deep as directories may be nested: the library goes into each from within the one above. */
    private static final long STACK = 2 << 20;

    private final MemorySegment isOver = Arena.ofAuto().allocate(JAVA_INT);
    private final Thread thread;

    private WalkAhead(ArchiveLibrary library, Archives.Source source, boolean wantsFiles) {
        thread = Thread.ofPlatform()
                .name("snapshot-ahead")
                .daemon()
                .stackSize(STACK)
                .start(() -> look(library, source, wantsFiles));
    }

    /** @param wantsFiles whether they are opened; of those that are known the walk reads in the tables of the disk */
    static WalkAhead begin(ArchiveLibrary library, Archives.Source source, boolean wantsFiles) {
        return new WalkAhead(library, source, wantsFiles);
    }

    private void look(ArchiveLibrary library, Archives.Source source, boolean wantsFiles) {
        try (var own = Arena.ofConfined()) {
            var tree = source.get();
            var root = own.allocateFrom(tree.root().toString());
            library.look.invokeExact(root, wantsFiles || !tree.isStill() ? 1 : 0, isOver);
        } catch (IOException | RuntimeException e) {
            LOG.debug("who comes after it will meet the same: {}", e.getMessage());
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    @Override
    public void close() {
        isOver.set(JAVA_INT, 0, 1);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
