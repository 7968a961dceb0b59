package dev.elevo.contract.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Keeps large things under keys such as {@code a/b/c}, each whole or not at all. What a call has returned from holds: it is seen by
 * every later call, whoever makes it, and survives whatever happens.
 */
public interface BlobStore {

    /** A key, and how many bytes are under it. */
    record Blob(String key, long size) {}

    /** Takes the place of what is there. */
    void put(String key, ByteBuffer content) throws IOException;

    /** The same with all that is in a file. */
    void put(String key, Path file) throws IOException;

    /** Does what can be done of that before anybody may see it, which is nothing where a store has no such place. */
    default Staged stage(String key, Path file) throws IOException {
        return () -> put(key, file);
    }

    /** What is not published is gone when it is closed. */
    interface Staged extends AutoCloseable {
        void publish() throws IOException;

        @Override
        default void close() throws IOException {}
    }

    /**
     * Fills the buffer with what is under the key from the offset on.
     *
     * @throws MissingBlobException there is nothing, or it ends before
     */
    void read(String key, long offset, ByteBuffer into) throws IOException;

    OptionalLong size(String key) throws IOException;

    /** Deleting what is not there is success. */
    void delete(String key) throws IOException;

    /** All whose keys begin with this, which is empty or ends with a slash; in any order. */
    List<Blob> list(String prefix) throws IOException;
}
