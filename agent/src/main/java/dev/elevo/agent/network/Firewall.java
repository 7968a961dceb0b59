package dev.elevo.agent.network;

import dev.elevo.agent.driver.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The rules of the host for everything that comes from a sandbox. They know interfaces by their prefix, so no sandbox changes them. */
final class Firewall {
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    /** All that is not the public internet (RFC 6890), the cloud's metadata address and every private network among it. */
    static final String NOT_PUBLIC = String.join(
            ", ",
            List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "168.63.129.16/32", // public by its number, but Azure's own host behind it
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3"));

    /** Of one sandbox: the table in which the kernel remembers connections is one for the whole host. */
    private static final int MOST_CONNECTIONS = 4096;

    private final String table;
    private final Path directory;

    Firewall(String table, Path directory) {
        this.table = table;
        this.directory = directory;
    }

    /** In one transaction: there is no moment in which the rules are half there. */
    void raise(String interfaces, Addresses addresses, Resolvers resolvers) throws IOException {
        run("""
                add table inet %1$s
                delete table inet %1$s
                table inet %1$s {
                  set connections { type ipv4_addr; size 65535; flags dynamic; }
                  chain input {
                    type filter hook input priority -10; policy accept;
                    iifname "%2$s*" reject with icmpx type admin-prohibited
                  }
                  chain forward {
                    type filter hook forward priority -10; policy accept;
                    oifname "%2$s*" ct state established,related accept
                    oifname "%2$s*" drop
                    iifname != "%2$s*" accept
                    meta nfproto ipv6 reject
                    ip saddr != %3$s drop
                    ct state new add @connections { ip saddr ct count over %6$d } reject with icmp type admin-prohibited
                    ip daddr { %4$s } meta l4proto { tcp, udp } th dport 53 accept
                    ip daddr { %5$s } reject with icmp type admin-prohibited
                  }
                  chain postrouting {
                    type nat hook postrouting priority 100; policy accept;
                    ip saddr %3$s masquerade
                  }
                }
                """.formatted(
                        table,
                        interfaces,
                        addresses.network(),
                        String.join(", ", resolvers.addresses()),
                        NOT_PUBLIC,
                        MOST_CONNECTIONS));
        if (!Files.readString(FORWARDING).strip().equals("1")) {
            Files.writeString(FORWARDING, "1");
        }
    }

    void lower() throws IOException {
        run("add table inet %1$s\ndelete table inet %1$s\n".formatted(table));
    }

    private void run(String rules) throws IOException {
        var file = Files.writeString(directory.resolve("firewall.nft"), rules);
        Command.run(List.of("nft", "-f", file.toString()), directory, directory.resolve("firewall.log"), TIME);
    }
}
