package dev.elevo.agent.files;

import dev.elevo.contract.files.FileInfo;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Content on its way out of a sandbox. */
public interface Download {

    /** Which part of the file is wanted; called before anything is read. */
    Part choose(FileInfo file);

    /** So much follows. */
    void begin(FileInfo file, long size, Part part, long length) throws IOException;

    /** To be filled with some bytes. */
    ByteBuffer room();

    /** It was. May wait until the client has taken what came before. */
    void filled(int bytes) throws IOException, InterruptedException;

    /** All is said. */
    void end() throws IOException, InterruptedException;

    /**
     * A part of a file.
     *
     * @param length {@link Long#MAX_VALUE} is to the end
     */
    record Part(long offset, long length) {}
}
