package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.Resources;

/**
 * What was on a sandbox's disk at one moment. Nobody writes to it any more, and any number of sandboxes can begin with it. It
 * does not outlive its agent.
 *
 * @param gigabytes the size of the disk; 0 where disks have no end
 * @param foundation what the sandbox stands on, as it was then; empty where it is not known
 * @param once whether the one sandbox that begins with it may have it, instead of a copy
 */
public record Checkpoint(String id, int gigabytes, String foundation, boolean once) {

    Checkpoint(String id, int gigabytes) {
        this(id, gigabytes, "", false);
    }

    Checkpoint on(String other) {
        return new Checkpoint(id, gigabytes, other, once);
    }

    /** Its files alone: whoever begins with them stands on what his template is by then. */
    public Checkpoint filesAlone() {
        return on("");
    }

    public Checkpoint forOne() {
        return new Checkpoint(id, gigabytes, foundation, true);
    }

    public boolean hasLimit() {
        return gigabytes > 0;
    }

    /** A disk may be larger than the one it begins as, not smaller. */
    public boolean fitsInto(Resources resources) {
        return gigabytes <= Disks.gigabytes(resources);
    }
}
