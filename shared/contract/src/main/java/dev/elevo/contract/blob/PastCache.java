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

    /** Finds out what the file system of the directory offers. */
    static PastCache in(Path directory) throws IOException {
        var trial = Files.createFile(directory.resolve(UUID.randomUUID().toString()));
        try {
            var direct = option();
            FileChannel.open(trial, StandardOpenOption.WRITE, direct).close();
            return new PastCache(
                    direct, Math.toIntExact(Files.getFileStore(directory).getBlockSize()));
        } catch (IOException | UnsupportedOperationException | ReflectiveOperationException notOffered) {
            return new PastCache(StandardOpenOption.WRITE, NOT_OFFERED);
        } finally {
            Files.delete(trial);
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
        try (var to = FileChannel.open(file, StandardOpenOption.WRITE, direct)) {
            while (whole.hasRemaining()) {
                to.write(whole);
            }
        }
        return rest;
    }

    private boolean isWritten(ByteBuffer content) {
        return block != NOT_OFFERED
                && content.isDirect()
                && content.remaining() >= LEAST
                && content.alignmentOffset(content.position(), block) == 0;
    }
}
