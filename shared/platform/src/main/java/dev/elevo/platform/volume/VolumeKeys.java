package dev.elevo.platform.volume;

import static dev.elevo.platform.dynamo.Attributes.key;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Where things about volumes lie in the state table. An organization has few, so that one query reads them all. */
final class VolumeKeys {
    static final String REGISTER = "VOLREG";

    /** Not in the id of a volume, nor in that of a sandbox. */
    static final String SEPARATOR = "#";

    private VolumeKeys() {}

    static String volumes(String organizationId) {
        return "ORG#" + organizationId + "#VOL";
    }

    static Map<String, AttributeValue> volume(String organizationId, String id) {
        return key(volumes(organizationId), id);
    }

    static Map<String, AttributeValue> name(String organizationId, String name) {
        return key("ORG#" + organizationId + "#VOLNAME", name);
    }

    static Map<String, AttributeValue> counters(String organizationId) {
        return key("ORG#" + organizationId + "#COUNT", "VOL");
    }

    static Map<String, AttributeValue> registered(String id) {
        return key(REGISTER, id);
    }

    static String mounts(String organizationId) {
        return "ORG#" + organizationId + "#VOLMOUNT";
    }

    static Map<String, AttributeValue> mount(String organizationId, String volumeId, String sandboxId) {
        return key(mounts(organizationId), volumeId + SEPARATOR + sandboxId);
    }

    static Map<String, AttributeValue> writer(String organizationId, String volumeId) {
        return key("ORG#" + organizationId + "#VOLWRITER", volumeId);
    }
}
