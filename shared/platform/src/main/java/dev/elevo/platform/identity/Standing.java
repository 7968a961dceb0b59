package dev.elevo.platform.identity;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was decided of one organization.
 *
 * @param disabled whether nobody of it may do anything
 * @param disabledNames of its users who may not, and of their keys
 * @param maxSandboxes instead of the deployment's
 * @param maxVolumes instead of the deployment's
 * @param maxSnapshots instead of the deployment's
 * @param limits of each of its keys and users that has no smaller ones
 */
public record Standing(
        boolean disabled,
        Set<String> disabledNames,
        @Nullable Integer maxSandboxes,
        @Nullable Integer maxVolumes,
        @Nullable Integer maxSnapshots,
        RateLimits limits) {
    /** Of one about which nothing was decided. */
    public static final Standing USUAL = new Standing(false, Set.of(), null, null, null, RateLimits.NONE);

    public Standing {
        disabledNames = Set.copyOf(disabledNames);
    }

    /**
     * Whether one of it may do anything.
     *
     * @param name of a user or a key
     */
    public boolean admits(String name) {
        return !disabled && !disabledNames.contains(name);
    }

    public int sandboxes(int usual) {
        return maxSandboxes == null ? usual : maxSandboxes;
    }

    public int volumes(int usual) {
        return maxVolumes == null ? usual : maxVolumes;
    }

    public int snapshots(int usual) {
        return maxSnapshots == null ? usual : maxSnapshots;
    }
}
