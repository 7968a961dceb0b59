package dev.elevo.agent.network;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one sandbox may reach, as far as this host lets it.
 *
 * @param allowed where {@link Reach#LISTED}; of these what is public
 * @param opened of the allowed ones those that are private, and that the operator opens
 * @param denied win over all but the host's name servers
 * @param domains of whose names the addresses are reachable too
 * @param servers that it asks for names, instead of the host's
 */
record Policy(
        Reach reach,
        List<Cidr> allowed,
        List<Cidr> opened,
        List<Cidr> denied,
        Optional<Domains> domains,
        Optional<List<Cidr>> servers) {

    enum Reach {
        NOTHING,
        PUBLIC,
        LISTED
    }

    private static final int MOST = 64;

    static final Policy NOTHING =
            new Policy(Reach.NOTHING, List.of(), List.of(), List.of(), Optional.empty(), Optional.empty());

    /**
     * Whatever is not to be had is left out; whether it may be left out silently is for {@link Offer} to say.
     *
     * @throws IllegalArgumentException something in it is not what it should be
     */
    static Policy of(NetworkConfig wanted, PrivateNetworks openToAll, Resolvers hosts) {
        var allowed = networks(wanted.allowedCIDRs());
        var denied = networks(wanted.deniedCIDRs());
        var domains = wanted.allowedDomains() == null
                ? Optional.<Domains>empty()
                : Optional.of(Domains.of(bounded(wanted.allowedDomains())));
        var servers = servers(wanted.dnsServers(), openToAll, hosts);
        if (!wanted.internet()) {
            return NOTHING;
        }
        var isListed = wanted.allowedCIDRs() != null || domains.isPresent();
        return new Policy(
                isListed ? Reach.LISTED : Reach.PUBLIC,
                allowed,
                allowed.stream().filter(openToAll::has).toList(),
                denied,
                domains,
                servers);
    }

    private static Optional<List<Cidr>> servers(
            @Nullable List<String> wanted, PrivateNetworks openToAll, Resolvers hosts) {
        if (wanted == null || wanted.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(networks(wanted).stream()
                .filter(server -> !server.isIn(Reserved.ALL) || openToAll.has(server) || hosts.has(server))
                .toList());
    }

    static List<Cidr> networks(@Nullable List<String> texts) {
        return texts == null
                ? List.of()
                : bounded(texts).stream()
                        .map(Cidr::parse)
                        .flatMap(Optional::stream)
                        .toList();
    }

    private static List<String> bounded(List<String> list) {
        if (list.size() > MOST) {
            throw new IllegalArgumentException("more than " + MOST);
        }
        return list;
    }

    /** Whether one of its names may lead there. What is private answers no name, or a name would be a way into it. */
    boolean mayOpen(Cidr address) {
        return domains.isPresent() && !address.isIn(Reserved.ALL) && !address.isIn(denied);
    }

    /** Whether it is reachable without any name. */
    boolean allows(Cidr address) {
        return !address.isIn(denied)
                && (address.isIn(opened) || (address.isIn(allowed) && !address.isIn(Reserved.ALL)));
    }
}
