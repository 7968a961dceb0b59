package dev.elevo.functions.admin;

import java.util.Comparator;

/** Whose devices, as the subject of a projection, too. */
record DeviceOwner(String organizationId, String userId) {
    /** In which they are held, where there are two. */
    static final Comparator<DeviceOwner> ORDER =
            Comparator.comparing(DeviceOwner::organizationId).thenComparing(DeviceOwner::userId);

    static DeviceOwner of(RegisteredDevice device) {
        return new DeviceOwner(device.organizationId(), device.userId());
    }

    /** With the length of the first, since either may have any character. */
    Projector.Subject subject() {
        return new Projector.Subject(Projector.Kind.DEVICES, organizationId.length() + ":" + organizationId + userId);
    }

    static DeviceOwner read(String subject) {
        var colon = subject.indexOf(':');
        var end = colon + 1 + Integer.parseInt(subject.substring(0, colon));
        return new DeviceOwner(subject.substring(colon + 1, end), subject.substring(end));
    }
}
