package dev.elevo.contract.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files without a copy in the kernel's memory, where the file system offers it. What is large, written once and read some day would
 * only drive out there what is read often; and pages that nobody has touched since the machine started can cost more than all else that
 * a snapshot does.
 */
final class PastCache {
    /** Below it the copy costs less than to wait for the disk. */
    private static final int LEAST = 1 << 20;

    private static final int NOT_OFFERED = 0;

    private final OpenOption direct;
    private final int block;

    private PastCache(OpenOption direct, int block) {
        this.direct = direct;
        this.block = block;
    }

    /** Finds out what the file system of the directory offers, by writing; what it refuses once it is not asked for again. */
    static PastCache in(Path directory) throws IOException {
        var trial = directory.resolve(UUID.randomUUID().toString());
        try {
            Files.createFile(trial);
            var block = Math.toIntExact(Files.getFileStore(directory).getBlockSize());
            var offered = new PastCache(option(), Integer.bitCount(block) == 1 ? block : NOT_OFFERED);
            offered.writeWhole(
                    trial,
                    ByteBuffer.allocateDirect(2 * block).alignedSlice(block).limit(block));
            return offered;
        } catch (IOException
                | IllegalArgumentException
                | UnsupportedOperationException
                | ReflectiveOperationException notOffered) {
            return new PastCache(StandardOpenOption.WRITE, NOT_OFFERED);
        } finally {
            Files.deleteIfExists(trial);
        }
    }

    /** The compiler knows no such option, although every JDK has it. */
    private static OpenOption option() throws ReflectiveOperationException {
        return (OpenOption) Class.forName("com.sun.nio.file.ExtendedOpenOption")
                .getField("DIRECT")
                .get(null);
    }

    /** Writes what it can of the beginning, and returns the rest. The content itself stays as it is. */
    ByteBuffer write(Path file, ByteBuffer content) throws IOException {
        var rest = content.duplicate();
        if (!isWritten(content)) {
            return rest;
        }
        var whole = content.slice(content.position(), content.remaining() / block * block);
        rest.position(rest.position() + whole.remaining());
        writeWhole(file, whole);
        return rest;
    }

    private void writeWhole(Path file, ByteBuffer whole) throws IOException {
        try (var to = FileChannel.open(file, StandardOpenOption.WRITE, direct)) {
            while (whole.hasRemaining()) {
                to.write(whole);
            }
        }
    }

    private boolean isWritten(ByteBuffer content) {
        return block != NOT_OFFERED
                && content.isDirect()
                && content.remaining() >= LEAST
                && content.alignmentOffset(content.position(), block) == 0;
    }
}
