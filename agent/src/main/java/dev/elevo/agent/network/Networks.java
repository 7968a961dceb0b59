package dev.elevo.agent.network;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;

/** Hands out network namespaces. */
public sealed interface Networks extends AutoCloseable permits HostNetworks, NoNetworks, UserNetworks {

    /** The text of the sandboxes' {@code resolv.conf}. */
    String resolvers();

    /** Whether a sandbox of this policy is on any network. */
    default boolean connects(NetworkConfig policy) {
        return policy.internet();
    }

    /**
     * A namespace in which the policy holds.
     *
     * @return empty where a new namespace without any interface is all it takes
     */
    Optional<Lease> lease(NetworkConfig policy) throws IOException;

    /** Whether {@link #change} works here. */
    default boolean changes() {
        return false;
    }

    /** By the name of the lease: from now on this policy holds there, also for what is connected already. */
    default void change(String name, NetworkConfig policy) throws IOException {
        throw new IOException("the policy of " + name + " is fixed at its start");
    }

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
     */
    record Lease(String name, Path path) {}
}
