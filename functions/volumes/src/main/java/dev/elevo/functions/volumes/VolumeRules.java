package dev.elevo.functions.volumes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.Ids;
import dev.elevo.contract.volume.CreateVolume;
import dev.elevo.platform.dynamo.RecordRoom;
import dev.elevo.platform.http.Nulls;
import dev.elevo.platform.volume.Volume;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;

/** The rules of what clients send that annotations cannot say. */
final class VolumeRules {
    private VolumeRules() {}

    static void check(CreateVolume wanted) {
        var broken = new ArrayList<FieldError>();
        if (Ids.VOLUME.matches(wanted.name())) {
            broken.add(new FieldError("name", "must not look like an id", wanted.name()));
        }
        Nulls.refuse("labels", wanted.labels(), broken);
        Nulls.refuse("metadata", wanted.metadata(), broken);
        if (!RecordRoom.holds(Arrays.asList(wanted.labels(), wanted.metadata()))) {
            broken.add(new FieldError(
                    "metadata", "labels and metadata must be at most " + RecordRoom.BYTES + " bytes of JSON", null));
        }
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
    }

    /** 7105 for what is out of range, whatever the volume, and for what would make it smaller. */
    static void checkSize(Volume volume, int gigabytes) {
        var least = volume.gigabytes();
        if (gigabytes < least || gigabytes > CreateVolume.LARGEST_GB) {
            throw new Failure.Refused(
                            ErrorCode.INVALID_SIZE,
                            "sizeGB must be from " + least + ", what the volume has, to " + CreateVolume.LARGEST_GB,
                            Map.of("volumeId", volume.id(), "size", gigabytes, "limit", CreateVolume.LARGEST_GB))
                    .asException();
        }
    }
}
