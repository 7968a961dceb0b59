package dev.elevo.agent.process;

import dev.elevo.agent.helper.OutputStreamName;

/** Output of which nothing is kept but how much it was. */
record DroppedOutput(Output.Point total) implements Output {
    @Override
    public int points() {
        return 1;
    }

    @Override
    public Point point(int index) {
        return total;
    }

    @Override
    public int most() {
        return 0;
    }

    @Override
    public byte[] read(OutputStreamName stream, long offset, int length) {
        return new byte[0];
    }
}
