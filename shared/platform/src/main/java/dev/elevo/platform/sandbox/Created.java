package dev.elevo.platform.sandbox;

import dev.elevo.platform.volume.Mounts;

/** What became of a new sandbox. */
public sealed interface Created {

    record Done(Sandbox sandbox) implements Created {}

    /** The id is there: an earlier attempt of the same request got this far. */
    record Existed(Sandbox present) implements Created {}

    /** Another sandbox of the organization has the name. */
    record NameTaken() implements Created {}

    /** One of its volumes is not there, or not to be had. */
    record NoVolume(Mounts.Refusal refusal) implements Created {}

    /** The organization has as many sandboxes as it may have. */
    record QuotaReached() implements Created {}
}
