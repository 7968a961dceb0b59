package dev.elevo.platform.sandbox;

/** What became of a change. */
public sealed interface Saved {

    record Done(Sandbox now) implements Saved {}

    /** Somebody else was faster; this is what they made of it. */
    record Stale(Sandbox now) implements Saved {}

    /** Another sandbox of the organization has the new name. */
    record NameTaken() implements Saved {}

    /** It was deleted meanwhile. */
    record Gone() implements Saved {}
}
