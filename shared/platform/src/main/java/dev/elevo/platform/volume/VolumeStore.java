package dev.elevo.platform.volume;

import dev.elevo.contract.agent.VolumeStatus;
import dev.elevo.contract.volume.VolumeState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Remembers volumes. Strongly consistent, as the sandboxes' store is; who mounts what moves with the sandboxes themselves. */
public interface VolumeStore {

    /** What became of a new volume. */
    sealed interface Created {
        record Done(Volume volume) implements Created {}

        /** The id is there: an earlier attempt of the same request got this far. */
        record Existed(Volume present) implements Created {}

        /** Another volume of the organization has the name. */
        record NameTaken() implements Created {}

        /** The organization has as many volumes as it may have. */
        record QuotaReached() implements Created {}
    }

    /** How many volumes an organization has, and how large they are together. */
    record Totals(long count, long gigabytes) {
        public long size() {
            return VolumeStatus.bytes((int) gigabytes);
        }
    }

    /** Where a volume is. */
    record Key(String organizationId, String id) {}

    /** Takes the name and a place in the organization's quota in one step. */
    Created create(Volume volume, int quota);

    /** By id or by name; the id is tried first. */
    Optional<Volume> find(String organizationId, String idOrName);

    /** All of an organization: not more than its quota. */
    List<Volume> all(String organizationId);

    /** The volume in another state; empty where it is not as it was seen any more. */
    Optional<Volume> become(Volume seen, VolumeState next, Instant now);

    /** The volume with another size; empty where it is not as it was seen any more. */
    Optional<Volume> resized(Volume seen, int gigabytes);

    /** Forgets it, and frees its name and its place in the quota. */
    void remove(Volume volume);

    Totals totals(String organizationId);

    /** The sandboxes that list each volume of an organization, in order of their ids. */
    Map<String, Set<String>> mounts(String organizationId);

    /** The same of one volume. */
    Set<String> mountsOf(String organizationId, String volumeId);

    /** Every volume of every organization. */
    List<Key> register();
}
