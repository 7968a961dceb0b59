package dev.elevo.agent.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** Content on its way into a sandbox. */
public interface Upload {

    /** It is wanted. */
    default void begun() throws IOException {}

    /** Waits for some, of {@link #MOST} bytes at most; an empty list is the end. What came before is no longer needed. */
    List<ByteBuffer> next() throws IOException, InterruptedException;

    int MOST = FileServer.MOST_DATA;
}
