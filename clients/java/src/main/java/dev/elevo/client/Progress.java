package dev.elevo.client;

/** Is told how far a transfer is: from nothing to all of it, and less than before when a lost part is sent again. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (done, total) -> {};

    /** Of a total of -1 it is not known how much it is. */
    void at(long done, long total);
}
