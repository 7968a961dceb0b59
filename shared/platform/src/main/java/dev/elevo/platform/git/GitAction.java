package dev.elevo.platform.git;

/** What is asked of a repository. */
public enum GitAction {
    CLONE,
    INIT,
    STATUS,
    LOG,
    DIFF,
    BRANCHES,
    CREATE_BRANCH,
    DELETE_BRANCH,
    CHECKOUT,
    ADD,
    COMMIT,
    PUSH,
    PULL,
    FETCH,
    MERGE,
    RESET,
    STASH
}
