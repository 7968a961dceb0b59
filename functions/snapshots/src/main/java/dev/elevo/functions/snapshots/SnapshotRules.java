package dev.elevo.functions.snapshots;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.Ids;
import dev.elevo.contract.snapshot.CreateSnapshot;
import dev.elevo.platform.dynamo.RecordRoom;
import dev.elevo.platform.http.Nulls;
import dev.elevo.platform.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.Arrays;

/** The rules that annotations cannot say. */
final class SnapshotRules {
    private SnapshotRules() {}

    /** Refuses with 9004 and every broken rule. */
    static void check(CreateSnapshot wanted, Sandbox sandbox) {
        var broken = new ArrayList<FieldError>();
        // A call that repeats an old id must never reach another snapshot.
        if (Ids.SNAPSHOT.matches(wanted.name())) {
            broken.add(new FieldError("name", "must not look like an id", wanted.name()));
        }
        Nulls.refuse("labels", wanted.labels(), broken);
        Nulls.refuse("metadata", wanted.metadata(), broken);
        if (!RecordRoom.holds(Arrays.asList(
                wanted.labels(), wanted.metadata(), sandbox.settings().env()))) {
            broken.add(new FieldError(
                    "metadata",
                    "labels, metadata and the sandbox's environment must be at most " + RecordRoom.BYTES
                            + " bytes of JSON",
                    null));
        }
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
    }
}
