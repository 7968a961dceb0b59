package dev.elevo.contract.agent;

/**
 * Carries a sandbox's files out of its machine and into another one, by addresses that allow just that. Saving goes on without whoever
 * ordered it, one order after the other, and is found again by the order's id; every call of it may be repeated, and waits no longer
 * than it is told.
 */
public interface WorkspaceAgent {

    /**
     * Saves the files as they are, whether it runs or not: of one that runs, what is written meanwhile may be in it or not. Who wants
     * them as of one moment stops it first. An order that is known is found as it is. It fails with 3007 when they are more than the
     * parts hold, 3005 when there is no room for a part, 9002 when an address does not take its part.
     */
    SaveStatus save(String sandboxId, SaveWorkspace order);

    /** How far an order is; absent where it is not known. */
    SaveStatus look(String sandboxId, SaveQuery order);

    /**
     * Nobody wants to hear of it any more: he knows what came of it, or gives it up, and then what is under way ends. Forgetting what is
     * not known is success.
     */
    void forget(String sandboxId, SaveQuery order);

    /**
     * Has the sandbox's files be those that were saved: before it is made, or while it is stopped, else 2008. 9002 when the address does
     * not give them, 2005 when they are not what was saved, 3005 when they have no room here; then its files are those it had. It lasts
     * as long as the transfer.
     */
    void restore(String sandboxId, RestoreWorkspace from);
}
