package dev.elevo.agent.snapshot;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Builds what {@link TreeWriter} wrote. What it reads may have been tampered with: it leads to no other place than it is given. */
final class TreeReader implements AutoCloseable {
    private static final String NAME = "saved files";

    private final ArchiveLibrary library;
    private final Places places;
    private final DataInputStream in;
    private final Arena memory = Arena.ofConfined();
    private final MemorySegment piece = memory.allocate(TreeStream.MOST_AT_ONCE);
    private final byte[] bytes = new byte[TreeStream.MOST_AT_ONCE];
    private final Deque<Described> directories = new ArrayDeque<>();
    private @Nullable TreeBuild build;
    private @Nullable Described file;

    /** Where trees are built. */
    interface Places {
        /** An empty directory, in which the tree of that root is to be built. */
        Path begin(Path root) throws IOException;

        /** What its root was. */
        void top(Path root, Entry entry) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // on its way into the file; nobody compares it
    private record Described(Entry entry, byte[] attributes) {}

    TreeReader(ArchiveLibrary library, InputStream from, Places places) throws IOException {
        this.library = library;
        this.places = places;
        this.in = new DataInputStream(new ZstdInputStream(from));
    }

    void read() throws IOException {
        try {
            if (in.readLong() != TreeStream.MAGIC) {
                throw disordered();
            }
            Path root = null;
            for (var kind = in.readUnsignedByte(); kind != TreeStream.END; kind = in.readUnsignedByte()) {
                if (kind == TreeStream.ROOT) {
                    endTree();
                    root = Path.of(new String(take(TreeStream.MOST_PATH), StandardCharsets.UTF_8));
                    build = new TreeBuild(library, places.begin(root));
                } else {
                    next(kind, tree(), root);
                }
            }
            endTree();
        } catch (EOFException | ZstdIOException e) {
            throw new DamagedException(NAME, "they are not what was saved", e);
        } catch (IllegalArgumentException e) {
            throw new DamagedException(NAME, "they are in disorder", e);
        }
    }

    private TreeBuild tree() throws DamagedException {
        if (build == null) {
            throw disordered();
        }
        return build;
    }

    private void next(int kind, TreeBuild tree, @Nullable Path root) throws IOException {
        if (kind != TreeStream.DATA) {
            endFile(tree);
        }
        switch (kind) {
            case TreeStream.ENTER -> {
                var directory = described();
                if (directories.isEmpty() && root != null) {
                    places.top(root, directory.entry());
                }
                tree.enter(directory.entry().name());
                directories.addLast(directory);
            }
            case TreeStream.LEAVE -> {
                var left = directories.pollLast();
                if (left == null) {
                    throw disordered();
                }
                tree.leave(left.entry(), left.attributes());
            }
            case TreeStream.LEAF -> {
                var leaf = described();
                if (leaf.entry().isRegular()) {
                    tree.file(leaf.entry().name());
                    file = leaf;
                } else {
                    tree.make(leaf.entry(), leaf.attributes());
                }
            }
            case TreeStream.LINK -> tree.link(take(Entry.MOST), take(TreeStream.MOST_PATH));
            case TreeStream.DATA -> data(tree);
            default -> throw disordered();
        }
    }

    private void data(TreeBuild tree) throws IOException {
        var offset = in.readLong();
        var length = in.readInt();
        if (file == null
                || length < 0
                || length > TreeStream.MOST_AT_ONCE
                || offset < 0
                || offset > file.entry().size() - length) {
            throw disordered();
        }
        in.readFully(bytes, 0, length);
        MemorySegment.copy(bytes, 0, piece, JAVA_BYTE, 0, length);
        tree.write(piece.asSlice(0, length), offset);
    }

    private Described described() throws IOException {
        var entry = new Entry(take(Entry.MOST));
        return new Described(entry, take(TreeStream.MOST_ATTRIBUTES));
    }

    private byte[] take(int most) throws IOException {
        var length = in.readInt();
        if (length < 0 || length > most) {
            throw disordered();
        }
        var taken = new byte[length];
        in.readFully(taken);
        return taken;
    }

    private void endFile(TreeBuild tree) throws IOException {
        if (file != null) {
            tree.finish(file.entry(), file.attributes());
            file = null;
        }
    }

    private void endTree() throws IOException {
        if (build != null) {
            endFile(build);
            if (!directories.isEmpty()) {
                throw disordered();
            }
            build.close();
            build = null;
        }
    }

    private static DamagedException disordered() {
        return new DamagedException(NAME, "they are in disorder");
    }

    @Override
    public void close() throws IOException {
        in.close();
        if (build != null) {
            build.close();
        }
        memory.close();
    }
}
