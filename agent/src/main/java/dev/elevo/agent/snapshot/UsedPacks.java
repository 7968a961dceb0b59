package dev.elevo.agent.snapshot;

import java.util.List;

/** The packs that one snapshot refers to, in numbers of its own: those that only others need shall not stay for its sake. */
final class UsedPacks {
    private final PackList all;
    private final PackList own = new PackList();

    UsedPacks(PackList all) {
        this.all = all;
    }

    int number(int pack) {
        return number(all.name(pack));
    }

    int number(String pack) {
        return own.add(pack);
    }

    List<String> names() {
        return own.names();
    }
}
