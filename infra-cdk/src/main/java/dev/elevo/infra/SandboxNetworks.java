package dev.elevo.infra;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Aws;
import software.constructs.Construct;

/** The networks a sandbox can be in, as connectors: AWS's own to the Internet, and where it was chosen one that leads nowhere. */
final class SandboxNetworks {
    private final Optional<BlockedNetwork> blocked;

    private SandboxNetworks(Optional<BlockedNetwork> blocked) {
        this.blocked = blocked;
    }

    static SandboxNetworks open() {
        return new SandboxNetworks(Optional.empty());
    }

    static SandboxNetworks withBlocked(Construct scope, WorkspaceBucket workspaces) {
        return new SandboxNetworks(Optional.of(new BlockedNetwork(scope, workspaces)));
    }

    /** All that a machine may be connected with. */
    List<String> connectors() {
        var connectors = new ArrayList<>(List.of(managed("HTTP_INGRESS"), managed("INTERNET_EGRESS")));
        blocked().ifPresent(connectors::add);
        return connectors;
    }

    /** Without it a sandbox that asks for no network is refused: it never starts with more than it asked for. */
    Optional<String> blocked() {
        return blocked.map(BlockedNetwork::connector);
    }

    static String managed(String name) {
        return "arn:" + Aws.PARTITION + ":lambda:" + Aws.REGION + ":aws:network-connector:aws-network-connector:"
                + name;
    }
}
