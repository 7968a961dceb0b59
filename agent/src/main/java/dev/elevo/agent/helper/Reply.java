package dev.elevo.agent.helper;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the helper says. All of it is hostile until its bounds are checked: the helper lives among the attacker's code. */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
public sealed interface Reply {

    /** What a bound connection brings unasked. */
    sealed interface Event extends Reply {}

    record Started(long id, int pid, Instant startedAt) implements Reply {}

    /**
     * Bound to a process that runs already.
     *
     * @param stdinAccepted bytes of stdin the helper has taken so far
     */
    record Attached(long id, int pid, Instant startedAt, long stdinAccepted, byte[] note) implements Reply {}

    record Failed(FailedStep step, int errno, String words) implements Reply {}

    /**
     * Bytes of one stream.
     *
     * @param offset of the first byte, counted per stream
     */
    record Output(OutputStreamName stream, long offset, byte[] data) implements Event {
        /** Of the helper's memory until it is acknowledged: the whole frame. Of what is written byte by byte that is the most. */
        public int heldBytes() {
            return Request.HEADER + Long.BYTES + data.length;
        }
    }

    /**
     * The end, behind all output.
     *
     * @param code the exit code, or the number of the signal
     */
    record Ended(
            boolean bySignal,
            int code,
            boolean timedOut,
            Instant endedAt,
            Duration duration,
            long stdoutBytes,
            long stderrBytes)
            implements Event {}

    /**
     * How stdin gets on.
     *
     * @param bytes written to the process in all
     */
    record StdinAccepted(long bytes, boolean closed) implements Event {}

    record Listed(long id, int pid, Instant startedAt, boolean ended) implements Reply {}

    /** The files of /proc/pid, as they were; each may be empty. */
    record Inspected(byte[] stat, byte[] status, byte[] cmdline, byte[] environ, byte[] cwd, byte[] user)
            implements Reply {}

    /** Every process there is, the first one included. */
    record Tree(List<Node> nodes) implements Reply {
        public Tree {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * One process.
     *
     * @param parent 0 for the first process itself
     * @param own whether it serves the agent and not the sandbox's user
     */
    record Node(int pid, int parent, boolean own) {}

    record Done(int number) implements Reply {}
}
