package dev.elevo.platform.sandbox;

import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.SortOptions;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Remembers sandboxes. Everything is strongly consistent: who is told that a change is done finds it everywhere. */
public interface SandboxStore {

    SortOptions SORTS = SortOptions.descending("createdAt", "name", "state", "startedAt", "lastActivityAt");

    /**
     * Takes the name and a place in the organization's quota in one step.
     *
     * @param quota how many sandboxes the organization may have, not counting deleted ones
     */
    Created create(Sandbox sandbox, int quota);

    /** By id or by name; the id is tried first. Deleted ones are not found. */
    Optional<Sandbox> find(String organizationId, String idOrName);

    /**
     * Puts the next record in the place of the one seen. A deleted one frees its name and its place in the quota, and is kept
     * for the list for 24 hours. Another name is taken in the same step, if it is free.
     */
    Saved replace(Sandbox seen, Sandbox next);

    /** Notes that a running sandbox is in use. Nothing happens when it has changed meanwhile: that was activity, too. */
    void touch(Sandbox seen, Instant now);

    Slice<Sandbox> list(String organizationId, SandboxFilter filter, PageQuery page);

    /** As of now, and at the price of one read. */
    Census census(String organizationId);

    /** Every sandbox of every organization that is not deleted. */
    List<SandboxKey> register();

    /** Whose it is, for who knows the id only; empty for one that is deleted. */
    Optional<SandboxKey> locate(String id);

    /** Those of the keys that are still there, in any order. */
    List<Sandbox> findAll(Collection<SandboxKey> keys);
}
