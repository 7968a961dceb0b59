package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;

/**
 * What was on a sandbox's disk at one moment. Nobody writes to it any more, and any number of sandboxes can begin with it. It
 * does not outlive its agent.
 *
 * @param gigabytes the size of the disk; 0 where disks have no end
 */
public record Checkpoint(String id, int gigabytes) {

    /** A disk may be larger than the one it begins as, not smaller. */
    public boolean fitsInto(Resources resources) {
        return gigabytes <= Disks.gigabytes(resources);
    }
}
