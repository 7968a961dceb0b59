package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.github.luben.zstd.ZstdOutputStream;
import dev.elevo.agent.snapshot.SourceFile.Stretch;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Writes trees that may be in use: what vanishes meanwhile is left out, what becomes shorter is filled with zeros, and each file is as long
 * as it was when it was met.
 */
final class TreeWriter implements AutoCloseable {
    /** What this process leaves beside the user's files while it fills a tree. */
    static final String OURS = ".elevo-restore-";

    private static final byte[] NO_ATTRIBUTES = {};

    private final ArchiveLibrary library;
    private final Path scratch;
    private final DataOutputStream out;
    private final Arena memory = Arena.ofConfined();
    private final MemorySegment piece = memory.allocate(TreeStream.MOST_AT_ONCE);
    private final byte[] bytes = new byte[TreeStream.MOST_AT_ONCE];

    TreeWriter(ArchiveLibrary library, Path scratch, OutputStream to) throws IOException {
        this.library = library;
        this.scratch = scratch;
        this.out = new DataOutputStream(new ZstdOutputStream(to));
        out.writeLong(TreeStream.MAGIC);
    }

    void write(List<Path> roots) throws IOException {
        for (var root : roots) {
            // One that is a link is no place of the user's any more.
            if (Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
                new Walk(root).write();
            }
        }
        out.writeByte(TreeStream.END);
        out.close();
    }

    private final class Walk {
        private final Path root;
        private final TreePath path = new TreePath();

        Walk(Path root) {
            this.root = root;
        }

        void write() throws IOException {
            out.writeByte(TreeStream.ROOT);
            put(root.toString().getBytes(StandardCharsets.UTF_8));
            try (var links = new LinkedFiles(scratch);
                    var walk = new TreeWalk(library, root, false)) {
                enter(top(root), NO_ATTRIBUTES);
                for (var entry = walk.next(); entry.event() != Entry.END; entry = walk.next()) {
                    switch (entry.event()) {
                        case Entry.ENTER -> {
                            if (isOurs(entry)) {
                                walk.skip();
                            } else {
                                enter(entry, attributes(walk));
                            }
                        }
                        case Entry.LEAVE -> leave();
                        default -> leaf(walk, links, entry);
                    }
                }
                leave();
            }
        }

        private boolean isOurs(Entry entry) {
            return path.depth() == 1 && Bytes.text(entry.name()).startsWith(OURS);
        }

        private void enter(Entry entry, byte[] attributes) throws IOException {
            out.writeByte(TreeStream.ENTER);
            put(entry.bytes());
            put(attributes);
            path.enter(entry.name());
        }

        private void leave() throws IOException {
            path.leave();
            out.writeByte(TreeStream.LEAVE);
        }

        private void leaf(TreeWalk walk, LinkedFiles links, Entry entry) throws IOException {
            if (entry.isSocket()) {
                return; // nobody listens to it where the tree goes
            }
            if (entry.links() > 1) {
                var first = links.firstPath(entry.inode(), path.resolve(entry.name()));
                if (first != null) {
                    out.writeByte(TreeStream.LINK);
                    put(entry.name());
                    put(first);
                    return;
                }
            }
            out.writeByte(TreeStream.LEAF);
            put(entry.bytes());
            put(attributes(walk));
            if (entry.isRegular() && entry.size() > 0) {
                content(walk, entry);
            }
        }

        private byte[] attributes(TreeWalk walk) throws IOException {
            try {
                return walk.attributes();
            } catch (SystemException e) {
                return goneOr(e, NO_ATTRIBUTES);
            }
        }

        private void content(TreeWalk walk, Entry entry) throws IOException {
            try (var file = walk.open()) {
                var size = entry.size();
                var stretch = entry.hasHoles() ? file.stretch(0, size) : new Stretch(0, size);
                while (!stretch.isEmpty()) {
                    for (var at = stretch.offset(); at < stretch.end(); ) {
                        var length = (int) Math.min(TreeStream.MOST_AT_ONCE, stretch.end() - at);
                        data(file, at, length);
                        at += length;
                    }
                    stretch = file.stretch(stretch.end(), size);
                }
            } catch (SystemException e) {
                goneOr(e, NO_ATTRIBUTES);
            }
        }

        private void data(SourceFile file, long offset, int length) throws IOException {
            file.fill(piece.asSlice(0, length), offset);
            MemorySegment.copy(piece, JAVA_BYTE, 0, bytes, 0, length);
            out.writeByte(TreeStream.DATA);
            out.writeLong(offset);
            out.writeInt(length);
            out.write(bytes, 0, length);
        }
    }

    private static byte[] goneOr(SystemException e, byte[] instead) throws SystemException {
        if (!e.isGone()) {
            throw e;
        }
        return instead;
    }

    private static Entry top(Path root) throws IOException {
        var facts = Files.readAttributes(root, "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        return Entry.directory(
                TreeStream.TOP,
                number(facts, "mode"),
                number(facts, "uid"),
                number(facts, "gid"),
                facts.get("lastModifiedTime") instanceof FileTime time ? time.toInstant() : Instant.EPOCH);
    }

    private static int number(Map<String, Object> facts, String name) {
        return facts.get(name) instanceof Integer number ? number : 0;
    }

    private void put(byte[] words) throws IOException {
        out.writeInt(words.length);
        out.write(words);
    }

    /** What was not finished by {@link #write} is not closed either: nobody shall take it for a whole one. */
    @Override
    public void close() {
        memory.close();
    }
}
