package dev.elevo.platform.git;

/** How large what comes from a remote and goes to one may be. */
public final class GitLimits {
    /** Of all that comes at once. */
    public static final long REPOSITORY_BYTES = 10L << 30;

    public static final long FILE_BYTES = 100L << 20;

    private GitLimits() {}
}
