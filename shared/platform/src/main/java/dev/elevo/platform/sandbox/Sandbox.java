package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.SandboxState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane knows of a sandbox. A change is a new record; {@link SandboxStore#replace} accepts it only if nobody
 * else was faster.
 *
 * @param times when what happened to it
 * @param ending why it last left the state running
 * @param breakdown what broke, while it is failed
 * @param pending a lifecycle action under way; the state does not change before it is done
 * @param version counts the changes
 */
public record Sandbox(
        String id,
        String organizationId,
        String name,
        SandboxState state,
        Settings settings,
        Wall wall,
        Times times,
        @Nullable Ending ending,
        @Nullable Breakdown breakdown,
        @Nullable Pending pending,
        long version) {

    /** A sandbox that nobody has provisioned yet. */
    public static Sandbox creating(
            String id, String organizationId, String name, Settings settings, Wall wall, Instant now) {
        return new Sandbox(
                id,
                organizationId,
                name,
                SandboxState.CREATING,
                settings,
                wall,
                Times.createdAt(now),
                null,
                null,
                null,
                1);
    }

    /** Provisioning succeeded; the clock of {@code timeoutMs} starts. */
    public Sandbox running(Wall real, Instant now) {
        return with(SandboxState.RUNNING, real, times.started(now, settings.expiryFrom(now)), null, null);
    }

    /** What has ended is started again; why it had ended stays known until it runs. */
    public Sandbox starting(Pending start) {
        return with(SandboxState.CREATING, wall, times, ending, null).beginning(start);
    }

    public Sandbox paused(Ending why) {
        return with(SandboxState.PAUSED, wall, times.paused(), why, null);
    }

    /** The clock of {@code timeoutMs} starts anew. */
    public Sandbox resumed(Instant now) {
        return with(SandboxState.RUNNING, wall, times.resumed(now, settings.expiryFrom(now)), null, null);
    }

    /** Other settings; where its clock runs, and a time was set, the clock starts anew. */
    public Sandbox changed(String newName, Settings other, boolean clockRestarts, Instant now) {
        var at = clockRestarts && state == SandboxState.RUNNING ? times.expiring(other.expiryFrom(now)) : times;
        return new Sandbox(id, organizationId, newName, state, other, wall, at, ending, breakdown, pending, version);
    }

    /** Whoever came in did something with it. */
    Sandbox used(Instant now) {
        return new Sandbox(
                id,
                organizationId,
                name,
                state,
                settings,
                wall,
                times.active(now),
                ending,
                breakdown,
                pending,
                version);
    }

    /** The action that was begun is given up. */
    public Sandbox released() {
        return with(state, wall, times, ending, breakdown);
    }

    public Sandbox stopped(Ending end, Instant now) {
        return with(SandboxState.STOPPED, wall, times.stopped(now), end, null);
    }

    public Sandbox failed(@Nullable Ending end, Breakdown what, Instant now) {
        return with(SandboxState.FAILED, wall, times.stopped(now), end, what);
    }

    /** Marks an action as begun. What dies half-way stays visible to the sweeper. */
    public Sandbox beginning(Pending action) {
        return new Sandbox(id, organizationId, name, state, settings, wall, times, ending, breakdown, action, version);
    }

    public Sandbox deleted(@Nullable Ending end, Instant now) {
        return with(SandboxState.DELETED, wall, times.deleted(now), end, breakdown);
    }

    /** Whether somebody has begun to delete it; it will come to that, even if they died half-way. */
    public boolean isBeingDeleted() {
        return pending != null && pending.action() == Action.FORCE_DELETE;
    }

    /** Whether its volumes are its own: it is active, or somebody is about to make it so. */
    public boolean holdsVolumes() {
        return switch (state) {
            case CREATING, RUNNING, PAUSED -> true;
            case STOPPED, FAILED -> pending != null && pending.action() == Action.RESTART;
            case DELETED -> false;
        };
    }

    /** Whether its running time is used up, whoever has noticed so far. */
    public boolean expired(Instant now) {
        return state == SandboxState.RUNNING && times.expired(now);
    }

    Sandbox atVersion(long newVersion) {
        return new Sandbox(
                id, organizationId, name, state, settings, wall, times, ending, breakdown, pending, newVersion);
    }

    private Sandbox with(SandboxState next, Wall real, Times at, @Nullable Ending end, @Nullable Breakdown broken) {
        return new Sandbox(id, organizationId, name, next, settings, real, at, end, broken, null, version);
    }
}
