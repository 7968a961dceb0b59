package dev.elevo.agent.snapshot;

import dev.elevo.agent.snapshot.SourceFile.Stretch;
import dev.elevo.contract.blob.MissingBlobException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores a tree that nobody changes: each chunk of content that the depot does not have, and then the manifest, with which the snapshot
 * is there. What has been stored before that is not referred to, and collected as garbage if it does not come to that.
 */
final class Archiver {
    private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);

    /** Larger files are cut here, so that a change in one does not store all of it again. */
    private static final int CHUNK = 256 << 10;

    private final ArchiveLibrary library;
    private final Path scratch;
    private final long mostContent;
    private final Archives.Room room;

    /**
     * @param scratch a directory for files that are gone with the process
     * @param room asked for each pack
     */
    Archiver(ArchiveLibrary library, Path scratch, long mostContent, Archives.Room room) {
        this.library = library;
        this.scratch = scratch;
        this.mostContent = mostContent;
        this.room = room;
    }

    /**
     * What to take.
     *
     * @param id of the snapshot
     * @param source of the tree, which may come about while it is found out what is stored already
     * @param layers which of the root's directories; nothing else in it is taken
     * @param frozenAt a time before the tree stopped changing
     * @param parent an earlier snapshot of the same file system, for speed only
     */
    record Order(
            String id,
            Archives.Source source,
            Set<String> layers,
            Instant frozenAt,
            @Nullable String parent) {}

    /** Who is told as soon as the snapshot is there: to let go what it needed takes time, too. */
    interface Hearer {
        /**
         * It is there.
         *
         * @param occupied what the tree takes of its disk, in bytes
         */
        void hear(Manifest made, long occupied);
    }

    Manifest take(Depot depot, Order order, Hearer hearer) throws IOException {
        var before = before(depot, order.parent());
        try (var _ = WalkAhead.begin(library, order.source(), before == null);
                var ahead = ParentAhead.begin(() -> Optional.ofNullable(parent(depot, order.parent(), before)));
                var _ = Lease.take(depot, order.id())) {
            var packs = new PackList();
            var used = new UsedPacks(packs);
            try (var chunks = new ChunkTable(scratch, before == null ? 0 : before.entries());
                    var links = new LinkedFiles(scratch);
                    var manifest = new ManifestWriter(library, scratch)) {
                PackIndex.load(library, depot, packs, chunks);
                try (var pipeline = new Pipeline(library, depot, room, packs, used, chunks, manifest)) {
                    var taking = new Taking(order, links, ahead.get(), pipeline, packs, used);
                    taking.run();
                    var stored = pipeline.finish();
                    var made = manifest.finish((length, hash) -> new Manifest(
                            order.frozenAt(),
                            taking.entries,
                            taking.content,
                            stored,
                            taking.sockets,
                            used.names(),
                            length,
                            hash));
                    try (var staged = manifest.stage(depot, order.id())) {
                        pipeline.settle();
                        staged.publish();
                    }
                    hearer.hear(made, taking.occupied);
                    return made;
                }
            }
        }
    }

    private static @Nullable Manifest before(Depot depot, @Nullable String parent) throws IOException {
        return parent == null ? null : orNull(parent, () -> Manifest.read(depot, parent));
    }

    private @Nullable ParentFiles parent(Depot depot, @Nullable String parent, @Nullable Manifest before)
            throws IOException {
        return parent == null || before == null
                ? null
                : orNull(parent, () -> ParentFiles.load(library, depot, parent, before, scratch));
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    /** It may have been deleted while it was looked at. */
    private static <T> @Nullable T orNull(String parent, Reading<T> reading) throws IOException {
        try {
            return reading.read();
        } catch (DamagedException | MissingBlobException e) {
            LOG.warn("snapshot {} is no help for the next: {}", parent, e.getMessage());
            return null;
        }
    }

    /** One walk. */
    private final class Taking {
        private final Order order;
        private final LinkedFiles links;
        private final @Nullable ParentFiles parent;
        private final Pipeline pipeline;
        private final PackList packs;
        private final UsedPacks used;
        private final TreePath path = new TreePath();
        private long entries;
        private long content;
        private long sockets;
        private long occupied;

        Taking(
                Order order,
                LinkedFiles links,
                @Nullable ParentFiles parent,
                Pipeline pipeline,
                PackList packs,
                UsedPacks used) {
            this.order = order;
            this.links = links;
            this.parent = parent;
            this.pipeline = pipeline;
            this.packs = packs;
            this.used = used;
        }

        void run() throws IOException {
            var tree = order.source().get();
            try (var walk = new TreeWalk(library, tree.root(), tree.isStill())) {
                for (var entry = walk.next(); entry.event() != Entry.END; entry = walk.next()) {
                    switch (entry.event()) {
                        case Entry.ENTER -> enter(walk, entry.owned(-tree.firstOwner()));
                        case Entry.LEAVE -> {
                            path.leave();
                            pipeline.add(Records.leave());
                        }
                        default -> leaf(walk, entry.owned(-tree.firstOwner()));
                    }
                }
            }
        }

        private void enter(TreeWalk walk, Entry entry) throws IOException {
            var name = entry.name();
            if (path.depth() == 0 && !order.layers().contains(Bytes.text(name))) {
                walk.skip();
                return;
            }
            entries++;
            occupied += entry.occupied();
            pipeline.add(Records.enter(entry, walk.attributes()));
            path.enter(name);
        }

        private void leaf(TreeWalk walk, Entry entry) throws IOException {
            if (path.depth() == 0) {
                return;
            }
            if (entry.isSocket()) {
                sockets++;
                return;
            }
            entries++;
            if (entry.links() > 1) {
                var first = links.firstPath(entry.inode(), path.resolve(entry.name()));
                if (first != null) {
                    pipeline.add(Records.link(entry, first));
                    return;
                }
            }
            occupied += entry.occupied();
            if (!entry.isRegular()) {
                pipeline.add(Records.leaf(entry, walk.attributes()));
                return;
            }
            var known = parent == null ? null : parent.find(entry, packs);
            if (known == null) {
                pipeline.add(Records.leaf(entry, walk.attributes()));
                read(walk, entry);
            } else {
                pipeline.add(Records.leaf(entry, known.attributes()));
                for (var chunk = known.nextChunk(used); chunk != null; chunk = known.nextChunk(used)) {
                    pipeline.add(chunk);
                }
                content += entry.size();
                checkSize();
            }
        }

        private void read(TreeWalk walk, Entry entry) throws IOException {
            var size = entry.size();
            if (size == 0) {
                return;
            }
            try (var file = walk.open()) {
                var stretch = entry.hasHoles() ? file.stretch(0, size) : new Stretch(0, size);
                while (!stretch.isEmpty()) {
                    plan(file, stretch);
                    stretch = file.stretch(stretch.end(), size);
                }
            }
        }

        /** Cut at the same places wherever data begins, so that a file that was written to is equal elsewhere. */
        private void plan(SourceFile file, Stretch stretch) throws IOException {
            for (var at = stretch.offset(); at < stretch.end(); ) {
                var length = (int) Math.min(CHUNK - at % CHUNK, stretch.end() - at);
                pipeline.add(file, at, length);
                at += length;
                content += length;
                checkSize();
            }
        }

        private void checkSize() throws TooLargeException {
            if (content > mostContent) {
                throw new TooLargeException(mostContent);
            }
        }
    }
}
