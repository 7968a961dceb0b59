package dev.elevo.functions.volumes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.Ids;
import dev.elevo.contract.volume.CreateVolume;
import dev.elevo.platform.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rules of what clients send that annotations cannot say. */
final class VolumeRules {
    /** DynamoDB keeps items of 400 KB; the rest is for all that is not of the client's choice. */
    static final int MOST_WORDS_BYTES = 350_000;

    private VolumeRules() {}

    static void check(CreateVolume wanted) {
        var broken = new ArrayList<FieldError>();
        if (Ids.VOLUME.matches(wanted.name())) {
            broken.add(new FieldError("name", "must not look like an id", wanted.name()));
        }
        noNulls("labels", wanted.labels(), broken);
        noNulls("metadata", wanted.metadata(), broken);
        if (bytes(wanted.labels()) + bytes(wanted.metadata()) > MOST_WORDS_BYTES) {
            broken.add(new FieldError(
                    "metadata", "labels and metadata must be at most " + MOST_WORDS_BYTES + " bytes together", null));
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

    /** JSON can put a null where the contract has a value. */
    @SuppressWarnings("NullAway") // the declared types promise what the parser does not keep
    private static void noNulls(String field, @Nullable Map<String, String> map, List<FieldError> broken) {
        if (map != null) {
            map.forEach((key, value) -> {
                if (value == null) {
                    broken.add(new FieldError(field + "." + key, "must be a string", null));
                }
            });
        }
    }

    @SuppressWarnings("NullAway") // what is null is refused, but not here
    private static long bytes(@Nullable Map<String, String> map) {
        return map == null
                ? 0
                : map.entrySet().stream()
                        .mapToLong(entry -> bytes(entry.getKey()) + bytes(entry.getValue()))
                        .sum();
    }

    private static long bytes(@Nullable String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
