package dev.elevo.client;

/** Is told how far a transfer is: from nothing to all of it, and less than before when a lost part is sent again. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (done, total) -> {};

    /** @param total -1 where it is not known */
    void at(long done, long total);
}
