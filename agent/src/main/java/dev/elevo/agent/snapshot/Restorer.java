package dev.elevo.agent.snapshot;

import dev.elevo.agent.snapshot.ManifestReader.Chunk;
import dev.elevo.agent.snapshot.ManifestReader.Enter;
import dev.elevo.agent.snapshot.ManifestReader.Item;
import dev.elevo.agent.snapshot.ManifestReader.Leaf;
import dev.elevo.agent.snapshot.ManifestReader.Leave;
import dev.elevo.agent.snapshot.ManifestReader.Link;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tree of a snapshot where none is. What is missing is named before anything is made; every chunk is compared with its hash
 * before it is written; and what was made is nobody's until all of it is there, and on the disk. So nothing ever holds half of a
 * snapshot, or a damaged one.
 */
final class Restorer {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private final ArchiveLibrary library;
    private final boolean syncs;

    /** @param syncs whether all must be on the disk before it is said to be there: on a file system that nobody else uses */
    Restorer(ArchiveLibrary library, boolean syncs) {
        this.library = library;
        this.syncs = syncs;
    }

    /**
     * Fills the place, with the owner of what root owns inside, and the others after him.
     *
     * @throws DamagedException something of it is missing or not what was stored
     */
    void restore(Depot depot, String id, Path root, int firstOwner) throws IOException {
        var manifest = Manifest.read(depot, id);
        Presence.check(library, depot, id, manifest);
        try (var reader = new ManifestReader(library, depot, id, manifest);
                var fetching = new Fetching(depot, id, new PackList(manifest.packs()));
                var build = new TreeBuild(library, root)) {
            var writing = new Writing(id, build, firstOwner);
            var window = fetching.window(reader);
            while (window != null) {
                var next = fetching.window(reader);
                writing.write(window);
                fetching.done(window);
                window = next;
            }
            writing.finish();
            if (syncs) {
                build.sync();
            }
        }
    }

    /** Some records, and the frames that they need, which are being fetched. */
    private static final class Window {
        private static final int MOST_FRAMES = 8;
        private static final int MOST_ITEMS = 4096;

        private final List<Item> items = new ArrayList<>();
        private final Map<Long, Frame> frames = new LinkedHashMap<>();
        private final Map<Long, Future<Frame>> fetched = new HashMap<>();

        private boolean isFull() {
            return items.size() >= MOST_ITEMS || frames.size() >= MOST_FRAMES;
        }

        private static long key(Chunk chunk) {
            return ((long) chunk.location().pack() << Integer.SIZE)
                    | chunk.location().frame();
        }
    }

    private final class Fetching implements AutoCloseable {
        private final Depot depot;
        private final String id;
        private final PackList packs;
        private final Arena memory = Arena.ofShared();
        private final ExecutorService workers = Executors.newFixedThreadPool(
                THREADS, Thread.ofPlatform().name("restore-", 0).daemon().factory());
        private final Deque<Frame> idle = new ArrayDeque<>();
        private final List<Future<?>> begun = new ArrayList<>();

        Fetching(Depot depot, String id, PackList packs) {
            this.depot = depot;
            this.id = id;
            this.packs = packs;
        }

        @Nullable
        Window window(ManifestReader reader) throws IOException {
            var window = new Window();
            while (!window.isFull()) {
                var item = reader.next();
                if (item == null) {
                    break;
                }
                window.items.add(item);
                if (item instanceof Chunk chunk) {
                    want(window, chunk);
                }
            }
            begin(window);
            return window.items.isEmpty() ? null : window;
        }

        private void want(Window window, Chunk chunk) {
            window.frames
                    .computeIfAbsent(
                            Window.key(chunk),
                            key -> idle.isEmpty()
                                    ? new Frame(memory)
                                    : idle.removeFirst().begin())
                    .want(chunk);
        }

        private void begin(Window window) throws DamagedException {
            for (var wanted : window.frames.entrySet()) {
                var pack = name((int) (wanted.getKey() >>> Integer.SIZE));
                var fetched = workers.submit(() -> wanted.getValue().fetch(library, depot, id, pack));
                window.fetched.put(wanted.getKey(), fetched);
                begun.add(fetched);
            }
        }

        private String name(int pack) throws DamagedException {
            try {
                return packs.name(pack);
            } catch (IllegalArgumentException e) {
                throw new DamagedException(id, "its list of files names a pack that it has not", e);
            }
        }

        void done(Window window) {
            idle.addAll(window.frames.values());
            begun.removeIf(Future::isDone);
        }

        /** Its memory is in use until the last worker is done. */
        @Override
        public void close() {
            workers.shutdown();
            begun.forEach(Futures::settle);
            memory.close();
        }
    }

    private static final class Writing {
        private final String id;
        private final TreeBuild build;
        private final int firstOwner;
        private final Deque<Enter> directories = new ArrayDeque<>();
        private @Nullable Leaf file;

        Writing(String id, TreeBuild build, int firstOwner) {
            this.firstOwner = firstOwner;
            this.id = id;
            this.build = build;
        }

        void write(Window window) throws IOException {
            for (var item : window.items) {
                if (item instanceof Chunk chunk) {
                    write(chunk, window);
                } else {
                    finishFile();
                    make(item);
                }
            }
        }

        private void make(Item item) throws IOException {
            switch (item) {
                case Enter enter -> {
                    build.enter(enter.entry().name());
                    directories.addLast(enter);
                }
                case Leave leave -> {
                    var left = directories.pollLast();
                    if (left == null) {
                        throw disordered();
                    }
                    build.leave(left.entry().owned(firstOwner), left.attributes());
                }
                case Leaf leaf -> {
                    if (leaf.entry().isRegular()) {
                        build.file(leaf.entry().name());
                        file = leaf;
                    } else {
                        build.make(leaf.entry().owned(firstOwner), leaf.attributes());
                    }
                }
                case Link link -> build.link(link.entry().name(), link.path());
                case Chunk chunk -> throw disordered();
            }
        }

        private void write(Chunk chunk, Window window) throws IOException {
            var fetched = window.fetched.get(Window.key(chunk));
            if (file == null
                    || fetched == null
                    || chunk.offset() < 0
                    || chunk.offset() > file.entry().size() - chunk.location().length()) {
                throw disordered();
            }
            build.write(Futures.get(fetched).content(chunk.location()), chunk.offset());
        }

        private void finishFile() throws IOException {
            if (file != null) {
                build.finish(file.entry().owned(firstOwner), file.attributes());
                file = null;
            }
        }

        void finish() throws IOException {
            finishFile();
            if (!directories.isEmpty()) {
                throw disordered();
            }
        }

        private DamagedException disordered() {
            return new DamagedException(id, "its list of files is in disorder");
        }
    }
}
