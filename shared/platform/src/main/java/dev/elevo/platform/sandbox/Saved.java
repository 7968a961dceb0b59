package dev.elevo.platform.sandbox;

import dev.elevo.platform.volume.Mounts;

/** What became of a change. */
public sealed interface Saved {

    record Done(Sandbox now) implements Saved {}

    /** Somebody else was faster; this is what they made of it. */
    record Stale(Sandbox now) implements Saved {}

    /** Another sandbox of the organization has the new name. */
    record NameTaken() implements Saved {}

    /** One of its volumes is not there any more, or not to be had. Only what becomes active wants them. */
    record NoVolume(Mounts.Refusal refusal) implements Saved {}

    /** It was deleted meanwhile. */
    record Gone() implements Saved {}
}
