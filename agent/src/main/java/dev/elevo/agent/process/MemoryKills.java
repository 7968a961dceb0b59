package dev.elevo.agent.process;

import dev.elevo.agent.helper.Reply;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of which processes want of memory may have been the end. The kernel only counts, and for the sandbox as a whole. */
final class MemoryKills {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryKills.class);
    private static final long UNKNOWN = -1;

    /** As a shell tells it of its last command. */
    private static final int KILLED_INSIDE = 128 + Signals.KILL;

    private final ProcessHost.Counter counter;

    MemoryKills(ProcessHost.Counter counter) {
        this.counter = counter;
    }

    /** How many there were so far. */
    long soFar() {
        try {
            return counter.count();
        } catch (IOException e) {
            LOG.warn("nobody knows what was killed for want of memory", e);
            return UNKNOWN;
        }
    }

    /** Whether the process ended as after such a kill, and there was one since the given count. */
    boolean explain(Reply.Ended end, long before) {
        var killed = !end.timedOut() && end.code() == (end.bySignal() ? Signals.KILL : KILLED_INSIDE);
        return killed && before != UNKNOWN && soFar() > before;
    }
}
