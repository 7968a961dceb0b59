package dev.elevo.agent.files;

import dev.elevo.agent.helper.Frame;
import dev.elevo.agent.helper.HelperProtocolException;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.MediaTypes;
import dev.elevo.contract.files.SandboxPath;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes a {@link FileInfo} of what the server says of a file. */
final class Entries {
    private static final long NANOS = 1_000_000_000;
    private static final long UNKNOWN = -1;
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    private Entries() {}

    /** @param pathOf its own path, of the one that the server tells */
    static FileInfo read(Frame frame, UnaryOperator<String> pathOf) throws HelperProtocolException {
        var type = type(frame.u8());
        var mode = new FileMode(frame.u32() & 07777);
        var size = frame.u64();
        var modified = frame.u64();
        var accessed = frame.u64();
        var created = frame.u64();
        var path = pathOf.apply(frame.text());
        var owner = frame.text();
        var group = frame.text();
        var target = frame.text();
        var name = SandboxPath.name(path);
        return new FileInfo(
                name,
                path,
                type,
                Math.max(0, size),
                mode,
                mode.letters(),
                owner,
                group,
                instant(modified),
                instant(accessed),
                created == UNKNOWN ? null : instant(created),
                targetOf(type, target),
                name.startsWith("."),
                type == FileType.FILE ? MediaTypes.of(name) : null);
    }

    private static @Nullable String targetOf(FileType type, String target) {
        return type == FileType.SYMLINK ? target : null;
    }

    /** Whoever owns a file gives it any time he likes; a file system may hold one that we cannot spell. */
    private static Instant instant(long nanos) {
        var instant = Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
        return instant.isAfter(LAST) ? LAST : instant;
    }

    private static FileType type(int letter) throws HelperProtocolException {
        return switch (letter) {
            case 'f' -> FileType.FILE;
            case 'd' -> FileType.DIRECTORY;
            case 'l' -> FileType.SYMLINK;
            case 'b' -> FileType.BLOCK;
            case 'c' -> FileType.CHARACTER;
            case 'p' -> FileType.FIFO;
            case 's' -> FileType.SOCKET;
            default -> throw new HelperProtocolException("unknown type " + letter);
        };
    }
}
