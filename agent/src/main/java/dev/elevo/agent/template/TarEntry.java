package dev.elevo.agent.template;

/**
 * One thing in an archive, as it says; nothing of it is checked.
 *
 * @param linked what a link leads to; empty for others
 */
record TarEntry(
        String name, Kind kind, int mode, long user, long group, long size, long modifiedSeconds, String linked) {

    enum Kind {
        FILE,
        DIRECTORY,
        SYMBOLIC_LINK,
        HARD_LINK,
        OTHER
    }
}
