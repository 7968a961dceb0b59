package dev.elevo.platform.push;

/**
 * Where somebody can be told something.
 *
 * @param token by which the platform finds it; whoever has it and the platform's credentials can write to the device
 */
public record Device(String id, DevicePlatform platform, String token) {
    @Override
    public String toString() {
        return "Device[" + id + "]";
    }
}
