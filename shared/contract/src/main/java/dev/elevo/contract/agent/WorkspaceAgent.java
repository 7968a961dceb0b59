package dev.elevo.contract.agent;

/**
 * Carries a sandbox's files out of its machine and into another one, by addresses that allow just that. Both calls last as long as the
 * transfer; the one that fails has changed nothing here.
 */
public interface WorkspaceAgent {

    /**
     * Saves the files as they are, whether it runs or not: of one that runs, what is written meanwhile may be in it or not. Who wants
     * them as of one moment stops it first. 3007 when they are more than the parts hold, 9002 when an address does not take its part.
     */
    SavedWorkspace save(String sandboxId, SaveWorkspace to);

    /**
     * Has the sandbox's files be those that were saved: before it is made, or while it is stopped, else 2008. 9002 when the address does
     * not give them, 2005 when they are not what was saved, 3005 when they have no room here; then its files are those it had.
     */
    void restore(String sandboxId, RestoreWorkspace from);
}
