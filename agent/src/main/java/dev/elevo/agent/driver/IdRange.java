package dev.elevo.agent.driver;

/** The users and groups of the host that a sandbox takes for its own, its root the first of them. */
record IdRange(int first, int count) {
    static final int COUNT = 65_536;

    /** In a user namespace there is one range only, and its first is whoever started the agent. */
    static final IdRange LENT = new IdRange(1, COUNT - 1);
}
