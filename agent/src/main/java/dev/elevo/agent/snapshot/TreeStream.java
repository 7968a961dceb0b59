package dev.elevo.agent.snapshot;

/** How trees are written one after the other: what both sides of {@link TreeWriter} and {@link TreeReader} know. All numbers are big-endian. */
final class TreeStream {
    /** With the number of this format. */
    static final long MAGIC = 0x656c_6576_6f77_0001L;

    /** Where in the machine the tree is: its path in bytes. What follows is beneath. */
    static final int ROOT = 1;
    /** A directory: its entry and its attributes, each behind its length. */
    static final int ENTER = 2;
    /** The directory is complete. */
    static final int LEAVE = 3;
    /** Anything but a directory, likewise. */
    static final int LEAF = 4;
    /** Another name: it, and the path of the first one beneath the root, each behind its length. */
    static final int LINK = 5;
    /** Content of the last leaf: offset, length, bytes. */
    static final int DATA = 6;
    /** Nothing follows. */
    static final int END = 7;

    /** In the place where a tree is built, the directory that becomes its root. */
    static final byte[] TOP = {'t'};

    static final int MOST_AT_ONCE = 256 << 10;
    static final int MOST_ATTRIBUTES = 1 << 18;
    static final int MOST_PATH = 1 << 18;

    private TreeStream() {}
}
