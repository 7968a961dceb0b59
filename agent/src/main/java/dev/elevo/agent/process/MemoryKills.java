package dev.elevo.agent.process;

import dev.elevo.agent.helper.Reply;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of which processes the sandbox's memory was the end. The kernel only counts, and for the sandbox as a whole. */
final class MemoryKills {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryKills.class);

    /** As a shell tells it of its last command. */
    private static final int KILLED_INSIDE = 128 + Signals.KILL;

    private final ProcessHost.Counter counter;
    private long seen;

    MemoryKills(ProcessHost.Counter counter) {
        this.counter = counter;
        this.seen = count(0);
    }

    /** Whether there was a kill that nobody has asked about yet, and the process ended as after one. */
    synchronized boolean explain(Reply.Ended end) {
        if (!end.bySignal() && end.code() == 0) {
            return false; // the usual end, which costs no look
        }
        var before = seen;
        seen = count(before);
        return seen > before && !end.timedOut() && end.code() == (end.bySignal() ? Signals.KILL : KILLED_INSIDE);
    }

    private long count(long otherwise) {
        try {
            return counter.count();
        } catch (IOException e) {
            LOG.warn("nobody knows what was killed for want of memory", e);
            return otherwise;
        }
    }
}
