package dev.elevo.functions.sandboxes.preview;

import dev.elevo.platform.sandbox.Sandbox;

/** What its owner decided about a sandbox's ports. */
final class PortRules {
    private PortRules() {}

    static boolean isPublic(Sandbox sandbox) {
        return Boolean.TRUE.equals(sandbox.settings().network().allowPublicInbound());
    }

    /** All ports where none are named. */
    static boolean exposes(Sandbox sandbox, int port) {
        var exposed = sandbox.settings().network().exposedPorts();
        return exposed == null || exposed.contains(port);
    }
}
