package dev.elevo.agent.driver;

import dev.elevo.agent.network.Networks;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds and takes down the wall around a sandbox. Everything it makes is named by the {@link Slot}, so that what an agent left
 * behind that died can be found and removed by the next one.
 */
public sealed interface IsolationDriver extends AutoCloseable permits LinuxDriver, WithoutCheckpoints {

    Isolation isolation();

    /** In words, such as {@code crun, root}. */
    String runtime();

    /** Which of {@code cpu, memory, disk, pids, network} a sandbox cannot get past. */
    Map<String, Boolean> enforced();

    /** The same for one sandbox, which may be older than this agent. */
    Map<String, Boolean> enforced(Slot slot);

    /** Whether a sandbox that wants to is on a network. */
    boolean internet();

    List<String> templates();

    /** What a sandbox wants, besides its network and limits, that is not offered here. */
    Optional<String> lacks(SandboxSpec spec);

    /** Whether sandboxes can have volumes. */
    boolean mountsVolumes();

    /** Whether the host's disk has room for one more sandbox. */
    boolean hasRoom();

    /**
     * Makes the slot, or takes it with the files it has, and starts its first process, the helper.
     *
     * @throws IOException it did not start; {@link #remove} takes away what is left
     */
    ProcessId start(Slot slot, SandboxSpec spec) throws IOException;

    /**
     * Starts a slot again that was killed, with its files as they are. Nothing inside of them is touched: it may lead anywhere.
     *
     * @throws IOException it did not start; {@link #kill} takes away what runs of it
     */
    ProcessId startAgain(Slot slot, SandboxSpec spec) throws IOException;

    /** What a sandbox begins with, which may still be under way: all that does not need it is done before this is called. */
    interface Origin {
        Checkpoint get() throws IOException;
    }

    /** The same of a slot whose files are, at first, those of the checkpoint. Its disk may be larger, not smaller. */
    ProcessId start(Slot slot, SandboxSpec spec, Origin from) throws IOException;

    /** Whether there are checkpoints here. */
    boolean hasCheckpoints();

    /**
     * What is on the disk of a slot now, whether it runs or is frozen. What runs goes on; for a moment it cannot write. Whoever
     * calls sees to it that nothing else is done to the slot meanwhile.
     */
    Checkpoint checkpoint(Slot slot) throws IOException;

    /** With nothing on it, for who fills it by {@link #open}. */
    Checkpoint blank(int gigabytes) throws IOException;

    /** What is in a checkpoint, for one at a time. No sandbox may begin with one that is open to be written. */
    Mounted open(Checkpoint checkpoint, Mounted.Access access) throws IOException;

    /** Sandboxes that began with it go on. */
    void remove(Checkpoint checkpoint) throws IOException;

    /** Whether a slot can be frozen. */
    boolean pauses();

    /** Returns when nothing in the slot runs any more, or throws and leaves it running. */
    void freeze(Slot slot) throws IOException;

    /** Everything goes on where it was; what is not frozen stays as it is. */
    void thaw(Slot slot) throws IOException;

    /**
     * Where a fork bomb takes every process the slot may have: ends all but the first, which nothing inside can do any more.
     *
     * @return whether it was so
     */
    boolean relieve(Slot slot, ProcessId first) throws IOException;

    /** What the slot, whose first process is given, has used. */
    Usage usage(Slot slot, ProcessId first) throws IOException;

    /** Whether a slot that was started for one of the two can serve the other after {@link #resize} and {@link #connect}. */
    boolean sameShape(SandboxSpec one, SandboxSpec other);

    void resize(Slot slot, Resources resources) throws IOException;

    /**
     * How full the disk of a slot is that runs. Cheap.
     *
     * @throws IOException it does not run
     */
    DiskUsage disk(Slot slot, Resources resources) throws IOException;

    /**
     * What of a sandbox's network this host does not offer.
     *
     * @throws IllegalArgumentException something in it is not what it should be
     */
    Optional<Networks.Refusal> refuses(NetworkConfig network);

    /** Puts the running sandbox on another network, in force at once, for what is connected already too. */
    void connect(Slot slot, NetworkConfig network) throws IOException;

    /** How often something in the slot was killed for want of memory since it started; 0 where nobody counts. */
    long memoryKills(Slot slot) throws IOException;

    /** The spec as it holds inside: where there is no root of its own, directories and users are others. */
    SandboxSpec asSeenInside(Slot slot, SandboxSpec spec);

    /** Ends every process of the slot, frozen or not, and returns when the last one is gone. The files stay. */
    void kill(Slot slot) throws IOException;

    /** Kills, and removes the files too. Removing what is not there, or was only half made, is success. */
    void remove(Slot slot) throws IOException;

    /** At the start of an agent: removes what belongs to no slot in the list. */
    void sweep(List<Slot> kept) throws IOException;

    /** Gives back what was made ahead of need; sandboxes go on. */
    @Override
    void close() throws IOException;
}
