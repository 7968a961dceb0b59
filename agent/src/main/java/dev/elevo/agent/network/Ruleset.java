package dev.elevo.agent.network;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The text of the host's rules. An interface of our prefix reaches nothing until it is in the maps, which know every sandbox by its
 * interface and its address together: nobody speaks as another.
 *
 * @param interfaces their prefix
 */
record Ruleset(String table, String interfaces, Addresses addresses, Resolvers resolvers) {
    /** Where the agent answers names to a sandbox whose policy is a list of them, on the host's end of its pair. */
    static final int NAMES_PORT = 10_053;

    /** Of one sandbox: the table in which the kernel remembers connections is one for the whole host. */
    private static final int MOST_CONNECTIONS = 4096;

    private static final int QUESTIONS_PER_SECOND = 200;

    /** One end of a pair, and the address behind it. */
    record Link(String name, int index, String host, String sandbox) {
        String sent() {
            return "sent-" + index;
        }

        String got() {
            return "got-" + index;
        }

        PolicyRules.OpenedSets opened() {
            return new PolicyRules.OpenedSets("opened-" + index, "used-" + index);
        }

        private String key() {
            return "\"" + name + "\" . " + sandbox;
        }
    }

    Link link(String name) {
        var index = Integer.parseInt(name.substring(interfaces.length()));
        return new Link(name, index, addresses.host(index), addresses.sandbox(index));
    }

    /** All that is the same for every sandbox. What is of one of them stays as it is. */
    String base() {
        return """
                add table inet %1$s
                add set inet %1$s never { type ipv4_addr; flags interval; }
                add set inet %1$s reserved { type ipv4_addr; flags interval; }
                add set inet %1$s resolvers { type ipv4_addr; }
                add set inet %1$s connections { type ipv4_addr; size 65535; flags dynamic; }
                add set inet %1$s questions { type ipv4_addr; size 65535; flags dynamic, timeout; timeout 1m; }
                add set inet %1$s asking { type ifname . ipv4_addr; }
                add map inet %1$s sent { type ifname . ipv4_addr : verdict; }
                add map inet %1$s got { type ifname . ipv4_addr : verdict; }
                add chain inet %1$s refused
                add chain inet %1$s questions
                add chain inet %1$s names { type nat hook prerouting priority -110; policy accept; }
                add chain inet %1$s input { type filter hook input priority -10; policy accept; }
                add chain inet %1$s forward { type filter hook forward priority -10; policy accept; }
                add chain inet %1$s postrouting { type nat hook postrouting priority 100; policy accept; }
                flush set inet %1$s never
                flush set inet %1$s reserved
                flush set inet %1$s resolvers
                flush chain inet %1$s refused
                flush chain inet %1$s questions
                flush chain inet %1$s names
                flush chain inet %1$s input
                flush chain inet %1$s forward
                flush chain inet %1$s postrouting
                add element inet %1$s never { %4$s }
                add element inet %1$s reserved { %5$s }
                add element inet %1$s resolvers { %6$s }
                table inet %1$s {
                  chain refused {
                    meta l4proto tcp reject with tcp reset
                    reject with icmpx type admin-prohibited
                  }
                  chain names {
                    iifname . ip saddr @asking meta l4proto { tcp, udp } th dport 53 redirect to :%7$d
                  }
                  chain input {
                    iifname . ip saddr @asking meta l4proto { tcp, udp } th dport %7$d jump questions
                    iifname "%2$s*" goto refused
                  }
                  chain questions {
                    update @questions { ip saddr limit rate over %8$d/second burst %8$d packets } drop
                    accept
                  }
                  chain forward {
                    oifname "%2$s*" ct state != { established, related } drop
                    oifname "%2$s*" ct direction original drop
                    oifname "%2$s*" ct state related meta l4proto icmp accept
                    oifname . ip daddr vmap @got
                    oifname "%2$s*" drop
                    iifname != "%2$s*" accept
                    meta nfproto ipv6 goto refused
                    ct state new add @connections { ip saddr ct count over %9$d } reject with icmp type admin-prohibited
                    iifname . ip saddr vmap @sent
                    goto refused
                  }
                  chain postrouting {
                    ip saddr %3$s masquerade
                  }
                }
                """.formatted(
                        table,
                        interfaces,
                        addresses.network(),
                        list(Stream.concat(Reserved.NEVER.stream(), Stream.of(Cidr.of(addresses.network())))),
                        list(Reserved.ALL.stream()),
                        String.join(", ", resolvers.addresses()),
                        NAMES_PORT,
                        QUESTIONS_PER_SECOND,
                        MOST_CONNECTIONS);
    }

    static String list(Stream<Cidr> networks) {
        return networks.map(Cidr::toString).collect(Collectors.joining(", "));
    }

    /** The whole policy of one sandbox. Addresses that are open stay so. */
    String hold(Link link, Policy policy) {
        return empty(link) + filled(link, policy);
    }

    /**
     * The same, and closes all that names have opened, but for what still is.
     *
     * <p>The set that packets write into is made anew. While one is emptied they still find the former rules, and what they write
     * then stays: who sends without a pause would be let through for ever.
     */
    String holdOnly(Link link, Policy policy, Map<Cidr, Duration> still) {
        return empty(link)
                + "delete set inet %1$s %2$s\n".formatted(table, link.opened().used())
                + addUsed(link)
                + filled(link, policy)
                + "flush set inet %1$s %2$s\n".formatted(table, link.opened().opened())
                + open(link, still);
    }

    private String filled(Link link, Policy policy) {
        var names = policy.domains().isPresent();
        var opened = names ? Optional.of(link.opened()) : Optional.<PolicyRules.OpenedSets>empty();
        return (names
                        ? ""
                        : "delete set inet %1$s %2$s\ndelete set inet %1$s %3$s\n"
                                .formatted(
                                        table,
                                        link.opened().opened(),
                                        link.opened().used()))
                + """
                table inet %1$s {
                  chain %2$s {
                    %3$s
                  }
                  chain %4$s {
                    %5$s
                  }
                }
                """.formatted(
                                table,
                                link.sent(),
                                lines(PolicyRules.sent(policy, opened)),
                                link.got(),
                                lines(PolicyRules.got(policy, opened)))
                + (names ? "add element inet " + table + " asking { " + link.key() + " }\n" : "");
    }

    /** All that there is of one sandbox, so that it can be taken away or filled, and nothing in it. */
    private String empty(Link link) {
        return """
                add chain inet %1$s %2$s
                add chain inet %1$s %3$s
                add set inet %1$s %4$s { type ipv4_addr; size %5$d; flags timeout; }
                add element inet %1$s sent { %6$s : goto %2$s }
                add element inet %1$s got { %6$s : goto %3$s }
                add element inet %1$s asking { %6$s }
                delete element inet %1$s asking { %6$s }
                flush chain inet %1$s %2$s
                flush chain inet %1$s %3$s
                """.formatted(table, link.sent(), link.got(), link.opened().opened(), Openings.MOST, link.key())
                + addUsed(link);
    }

    private String addUsed(Link link) {
        return "add set inet %1$s %2$s { type ipv4_addr; size %3$d; flags dynamic, timeout; timeout 5m; }\n"
                .formatted(table, link.opened().used(), Openings.MOST);
    }

    String remove(Link link) {
        return empty(link)
                + """
                delete element inet %1$s sent { %6$s }
                delete element inet %1$s got { %6$s }
                delete chain inet %1$s %2$s
                delete chain inet %1$s %3$s
                delete set inet %1$s %4$s
                delete set inet %1$s %5$s
                """.formatted(
                                table,
                                link.sent(),
                                link.got(),
                                link.opened().opened(),
                                link.opened().used(),
                                link.key());
    }

    /** Also one that is open already: its time begins anew. */
    String open(Link link, Map<Cidr, Duration> addresses) {
        return addresses.entrySet().stream()
                .map(entry -> """
                        add element inet %1$s %2$s { %3$s }
                        delete element inet %1$s %2$s { %3$s }
                        add element inet %1$s %2$s { %3$s timeout %4$ds }
                        """.formatted(
                                table,
                                link.opened().opened(),
                                entry.getKey(),
                                Math.max(1, entry.getValue().toSeconds())))
                .collect(Collectors.joining());
    }

    /** Of a table that was there before, nothing stays. */
    String withoutFormer() {
        return "add table inet %1$s\ndelete table inet %1$s\n".formatted(table);
    }

    static String lines(List<String> rules) {
        return String.join("\n    ", rules);
    }
}
