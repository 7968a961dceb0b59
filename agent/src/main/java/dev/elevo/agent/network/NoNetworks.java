package dev.elevo.agent.network;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.util.Collection;
import java.util.Optional;

/** Every sandbox is alone with its loopback, whatever it asked for: the operator's choice ({@code ELEVO_NETWORK=none}). */
public final class NoNetworks implements Networks {
    @Override
    public String resolvers() {
        return "";
    }

    @Override
    public boolean connects(NetworkConfig policy) {
        return false;
    }

    /** No list is longer than the one that holds here. */
    @Override
    public Optional<Refusal> refuses(NetworkConfig policy) {
        return Optional.empty();
    }

    @Override
    public Optional<Lease> lease(NetworkConfig policy) {
        return Optional.empty();
    }

    @Override
    public void connect(String name, NetworkConfig policy) {}

    @Override
    public void release(String name) {}

    @Override
    public void sweep(Collection<String> kept) {}

    @Override
    public void close() {}
}
