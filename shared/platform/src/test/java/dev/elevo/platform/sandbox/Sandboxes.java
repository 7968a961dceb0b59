package dev.elevo.platform.sandbox;

import dev.elevo.contract.Ids;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.VolumeMount;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Sandboxes for tests. */
public final class Sandboxes {
    public static final Instant START = Instant.parse("2026-01-02T03:04:05.006Z");
    public static final Wall WALL = new Wall(Isolation.CONTAINER, Map.of("memory", true, "disk", false));

    private Sandboxes() {}

    public static Sandbox creating(String organization, String name, Instant at) {
        return Sandbox.creating(Ids.SANDBOX.random(), organization, name, settings(), WALL, at);
    }

    public static Sandbox creating(String name) {
        return creating("acme", name, START);
    }

    public static Settings settings() {
        return settings(false, Map.of());
    }

    public static Settings settings(boolean ephemeral, Map<String, String> labels) {
        return settings(ephemeral, labels, List.of());
    }

    public static Settings settings(boolean ephemeral, Map<String, String> labels, List<VolumeMount> volumes) {
        return new Settings(
                "base",
                null,
                Map.of("A", "b"),
                "/home/user",
                "user",
                "/bin/bash",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                volumes,
                List.of("memory"),
                60_000,
                30,
                false,
                0,
                labels,
                Map.of("note", "ü"),
                ephemeral,
                null,
                null,
                null,
                "local",
                "key-1",
                "user-1");
    }
}
