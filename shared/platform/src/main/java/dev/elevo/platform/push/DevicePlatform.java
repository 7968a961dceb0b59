package dev.elevo.platform.push;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.Locale;

/** Who brings a message to a device. */
@Serdeable
public enum DevicePlatform {
    /** Firebase Cloud Messaging. */
    @JsonProperty("android")
    ANDROID,
    /** Apple's push notification service. */
    @JsonProperty("ios")
    IOS;

    /** As it stands on the wire and in the stores. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static DevicePlatform of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
