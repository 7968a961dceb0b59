package dev.elevo.agent.network;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What sandboxes of this host may have. What they may not is refused by name: a list that silently opens less than it says, or
 * holds less, is worse than none.
 *
 * @param names whether lists of domains hold here
 */
record Offer(PrivateNetworks open, Resolvers hosts, boolean names) {
    private static final Cidr LOOPBACK = Cidr.of("127.0.0.0/8");

    Optional<Networks.Refusal> refuses(NetworkConfig wanted) {
        var _ = policy(wanted); // that it can be read at all
        if (!wanted.internet()) {
            return Optional.empty();
        }
        if (wanted.allowedDomains() != null && !names) {
            return Optional.of(new Networks.Refusal("allowedDomains", ""));
        }
        return firstOf("allowedCIDRs", wanted.allowedCIDRs(), network -> !isClosed(network))
                .or(() -> firstOf("dnsServers", wanted.dnsServers(), this::mayBeAsked));
    }

    Policy policy(NetworkConfig wanted) {
        return Policy.of(wanted, open, hosts);
    }

    /** One that reaches beyond what is reserved stands for what is public in it. */
    private boolean isClosed(Cidr network) {
        return network.isIn(Reserved.ALL) && !open.has(network);
    }

    /** The sandbox's own loopback is its own affair. */
    private boolean mayBeAsked(Cidr server) {
        return hosts.has(server) || LOOPBACK.contains(server) || !isClosed(server);
    }

    private interface Test {
        boolean passes(Cidr network);
    }

    private static Optional<Networks.Refusal> firstOf(String field, @Nullable List<String> wanted, Test test) {
        return Policy.networks(wanted).stream()
                .filter(network -> !test.passes(network))
                .findFirst()
                .map(network -> new Networks.Refusal(field, network.toString()));
    }
}
