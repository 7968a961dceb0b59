package dev.elevo.agent.snapshot;

/**
 * Where a chunk lies: in which pack, in which frame of it, and where in what the frame becomes.
 *
 * @param pack the number of the pack in a list that is agreed upon
 */
record Location(int pack, int frame, int frameLength, int frameSize, int at, int length) {
    /** Of a frame as it is stored. */
    static final int MOST_FRAME_LENGTH = 2 * Block.SIZE;

    Location {
        if (pack < 0
                || frame < 0
                || frameLength <= 0
                || frameLength > MOST_FRAME_LENGTH
                || frameSize <= 0
                || frameSize > Block.SIZE
                || at < 0
                || length <= 0
                || length > frameSize - at) {
            throw new IllegalArgumentException("no place of a chunk");
        }
    }

    Location inPack(int other) {
        return new Location(other, frame, frameLength, frameSize, at, length);
    }
}
