package dev.elevo.agent.network;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Hands out network namespaces, and says what can be reached from them. */
public sealed interface Networks extends AutoCloseable permits HostNetworks, NoNetworks, UserNetworks {

    /** The text of the sandboxes' {@code resolv.conf}. */
    String resolvers();

    /** Whether a sandbox of this policy is on any network. */
    default boolean connects(NetworkConfig policy) {
        return policy.internet();
    }

    /**
     * What of a policy cannot be had on this host.
     *
     * @throws IllegalArgumentException something in it is not what it should be
     */
    Optional<Refusal> refuses(NetworkConfig policy);

    /**
     * A namespace in which the policy holds.
     *
     * @return empty where a new namespace without any interface is all it will ever take
     */
    Optional<Lease> lease(NetworkConfig policy) throws IOException;

    /** Makes another policy hold in a namespace that was leased, for what is connected already too. */
    void connect(String name, NetworkConfig policy) throws IOException;

    /** By the name of the lease; what is not there is released already. */
    void release(String name);

    /** Takes up the leases that were given before this agent started, removes all others, and begins to make spare ones. */
    void sweep(Collection<String> kept) throws IOException;

    /** Removes the spare namespaces; those in use stay. */
    @Override
    void close() throws IOException;

    /**
     * A namespace in use.
     *
     * @param path where the runtime finds it
     * @param options for the helper, which readies it for whoever will live there
     */
    record Lease(String name, Path path, List<String> options) {}

    /**
     * What is not offered.
     *
     * @param field of the policy
     * @param value in it; empty when it is the whole field
     */
    record Refusal(String field, String value) {

        /** For where nothing holds anybody to a list. */
        public static Optional<Refusal> ofLists(NetworkConfig network) {
            if (network.allowedCIDRs() != null) {
                return Optional.of(new Refusal("allowedCIDRs", ""));
            }
            if (network.deniedCIDRs() != null && !network.deniedCIDRs().isEmpty()) {
                return Optional.of(new Refusal("deniedCIDRs", ""));
            }
            return network.allowedDomains() == null ? Optional.empty() : Optional.of(new Refusal("allowedDomains", ""));
        }
    }
}
