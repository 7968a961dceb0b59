package dev.elevo.agent.files;

import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.FileList;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.files.FileInfo;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Puts a list in order and keeps as much of it as is asked for, however long it is. */
final class Listing {
    /** Of files in memory for one list, of which several are made at a time: half a kilobyte each, and their paths. */
    private static final int MOST_KEPT = 50_000;

    /** Of what is told of one, without its name and its path. */
    private static final int TOLD = 250;

    private final ListFiles query;
    private final Comparator<FileInfo> order;
    private final PriorityQueue<FileInfo> kept;
    private final AnswerRoom.Growing room;
    private final long wanted;
    private long total;

    Listing(ListFiles query, AnswerRoom room) {
        this.query = query;
        this.room = room.growing();
        order = order(query);
        kept = new PriorityQueue<>(order.reversed());
        wanted = Math.min(MOST_KEPT, query.first() + query.most());
    }

    private static Comparator<FileInfo> order(ListFiles query) {
        Comparator<FileInfo> by = switch (query.sortBy()) {
            case "size" -> Comparator.comparingLong(FileInfo::size);
            case "modifiedAt" -> Comparator.comparing(FileInfo::modifiedAt);
            case "type" -> Comparator.comparing(file -> file.type().label());
            default -> Comparator.comparing(FileInfo::name);
        };
        return (query.descending() ? by.reversed() : by).thenComparing(FileInfo::path);
    }

    void add(FileInfo file) {
        if (query.type() != null && query.type() != file.type()) {
            return;
        }
        total++;
        kept.add(file);
        if (kept.size() > wanted) {
            kept.poll();
        } else {
            room.by(TOLD + file.name().length() + file.path().length());
        }
    }

    FileList answer() {
        var end = query.first() + query.most();
        if (total > wanted && end > wanted) {
            throw Failure.Invalid.field(
                            "page", "leads too far into a list of " + total + "; ask for a part of it", null)
                    .asException();
        }
        List<FileInfo> sorted = kept.stream().sorted(order).toList();
        var from = (int) Math.min(query.first(), sorted.size());
        return new FileList(sorted.subList(from, sorted.size()), total);
    }
}
