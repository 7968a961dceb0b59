package dev.elevo.agent.network;

import java.util.List;
import java.util.stream.Stream;

/** What is not the public internet (RFC 6890). */
final class Reserved {
    /** Networks that people have behind their routers. An operator may open some of them. */
    static final List<Cidr> PRIVATE = Stream.of("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
            .map(Cidr::of)
            .toList();

    /** Nobody opens these: the host itself, what hands out a machine's credentials, and what is no single machine's address. */
    static final List<Cidr> NEVER = Stream.of(
                    "0.0.0.0/8",
                    "127.0.0.0/8",
                    "168.63.129.16", // public by its number, but Azure's own host behind it
                    "169.254.0.0/16",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3")
            .map(Cidr::of)
            .toList();

    static final List<Cidr> ALL =
            Stream.concat(PRIVATE.stream(), NEVER.stream()).toList();

    private Reserved() {}
}
