package dev.elevo.agent.network;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Those that the operator opens to sandboxes that name them ({@code ELEVO_PRIVATE_NETWORKS}): none, unless he says so. */
public record PrivateNetworks(List<Cidr> open) {

    /**
     * Reads the operator's list, in which commas part the networks.
     *
     * @throws IllegalArgumentException one of them is none, or not a private one
     */
    public static PrivateNetworks parse(String list) {
        return new PrivateNetworks(Stream.of(list.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .map(PrivateNetworks::network)
                .toList());
    }

    private static Cidr network(String word) {
        var network = Optional.of(word).filter(named -> named.indexOf('/') > 0).flatMap(PrivateNetworks::read);
        return network.filter(one -> one.isIn(Reserved.PRIVATE))
                .orElseThrow(() -> new IllegalArgumentException(
                        "ELEVO_PRIVATE_NETWORKS has \"" + word + "\"; it must be networks within " + Reserved.PRIVATE));
    }

    private static Optional<Cidr> read(String word) {
        try {
            return Cidr.parse(word);
        } catch (IllegalArgumentException noNetwork) {
            return Optional.empty();
        }
    }

    boolean has(Cidr network) {
        return network.isIn(open);
    }
}
