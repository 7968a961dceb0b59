package dev.elevo.agent.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A policy as rules of the firewall, for every packet and not only for the first of a connection: what is no longer allowed ends,
 * connected or not. So there are two lists, for what a sandbox sends, and, looking at the other end of it, for what it gets.
 *
 * <p>They name the sets {@code never}, {@code reserved} and {@code resolvers}, and the chain {@code refused}.
 */
final class PolicyRules {
    private static final String DNS = " meta l4proto { tcp, udp } th ";

    private final Policy policy;
    private final String far;
    private final String port;
    private final String refuse;
    private final List<String> rules = new ArrayList<>();

    private PolicyRules(Policy policy, String far, String port, String refuse) {
        this.policy = policy;
        this.far = "ip " + far + " ";
        this.port = port + " ";
        this.refuse = refuse;
    }

    /** @param opened the set of addresses that names have opened, and that of those among them that are in use */
    static List<String> sent(Policy policy, Optional<OpenedSets> opened) {
        var sent = new PolicyRules(policy, "daddr", "dport", "goto refused");
        sent.before();
        opened.ifPresent(sets -> {
            sent.add("ip daddr @" + sets.opened() + " update @" + sets.used() + " { ip daddr } accept");
            // Its time may be over, but not what was begun in it.
            sent.add("ct state established ip daddr @" + sets.used() + " update @" + sets.used()
                    + " { ip daddr } accept");
        });
        return sent.end();
    }

    static List<String> got(Policy policy, Optional<OpenedSets> opened) {
        var got = new PolicyRules(policy, "saddr", "sport", "drop");
        got.before();
        opened.ifPresent(sets -> {
            got.add("ip saddr @" + sets.opened() + " accept");
            got.add("ip saddr @" + sets.used() + " accept");
        });
        return got.end();
    }

    record OpenedSets(String opened, String used) {}

    private void before() {
        if (policy.reach() == Policy.Reach.NOTHING) {
            return;
        }
        if (policy.reach() == Policy.Reach.PUBLIC && policy.servers().isEmpty()) {
            add(far + "@resolvers" + DNS + port + "53 accept");
        }
        add(far + "@never " + refuse);
        among(policy.denied(), "", refuse);
        if (policy.domains().isPresent()) {
            // Names are asked of us, or a list of names would be none.
            add("meta l4proto { tcp, udp } th " + port + "{ 53, 853 } " + refuse);
        }
        among(policy.servers().orElse(List.of()), DNS + port + "53", "accept");
        among(policy.opened(), "", "accept");
        add(far + "@reserved " + refuse);
        among(policy.allowed(), "", "accept");
    }

    private void among(List<Cidr> networks, String besides, String verdict) {
        if (!networks.isEmpty()) {
            add(far + "{ "
                    + String.join(
                            ", ",
                            networks.stream().map(Cidr::toString).distinct().toList()) + " }" + besides + " "
                    + verdict);
        }
    }

    private List<String> end() {
        add(policy.reach() == Policy.Reach.PUBLIC ? "accept" : refuse);
        return List.copyOf(rules);
    }

    private void add(String rule) {
        rules.add(rule);
    }
}
