package dev.elevo.contract.agent;

/**
 * Carries the bytes of files out of running sandboxes, by addresses that allow just that. It goes on without whoever ordered it, and is
 * found again by the order's id; every call of it may be repeated, and waits no longer than it is told.
 */
public interface DeliveryAgent {

    /**
     * Reads as {@link FileAgent#read} does, as the user; an order that is known is found as it is. It fails with what reading fails with,
     * 3007 when it is more than the parts hold, 3005 when there is no room for a part, 9002 when an address does not take its part. With
     * more orders than an agent holds: 9006.
     */
    SaveStatus deliver(String sandboxId, DeliverFile order);

    /** Nobody wants to hear of it any more; what is under way ends. Forgetting what is not known is success. */
    void forget(String sandboxId, SaveQuery order);
}
