package dev.elevo.functions.admin;

/** Writes to the state table what the other areas have to know of the database, as it is now. */
interface Projector {
    void project(Subject subject);

    /** What may have changed. */
    record Subject(Kind kind, String id) {}

    /** Each has an item of its own in the table. */
    enum Kind {
        KEY,
        ORGANIZATION,
        DEVICES
    }
}
