package dev.elevo.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules as text. What they do is tried in NetworkPolicyTest. */
final class PolicyRulesTest {
    private static final Offer OFFER =
            new Offer(PrivateNetworks.parse("10.20.0.0/16, 192.168.5.0/24"), new Resolvers(List.of("10.9.9.9")), true);
    private static final Optional<PolicyRules.OpenedSets> SETS =
            Optional.of(new PolicyRules.OpenedSets("opened-1", "used-1"));

    private static NetworkConfig wanted(
            @Nullable List<String> allowed,
            @Nullable List<String> denied,
            @Nullable List<String> domains,
            @Nullable List<String> servers) {
        return new NetworkConfig(null, allowed, denied, domains, null, null, servers, null);
    }

    private static List<String> sent(NetworkConfig wanted) {
        return PolicyRules.sent(OFFER.policy(wanted), Optional.empty());
    }

    @Test
    void without_a_word_it_is_the_public_internet() {
        assertThat(sent(NetworkConfig.DEFAULT))
                .containsExactly(
                        "ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept",
                        "ip daddr @never goto refused",
                        "ip daddr @reserved goto refused",
                        "accept");
        assertThat(PolicyRules.got(OFFER.policy(NetworkConfig.DEFAULT), Optional.empty()))
                .containsExactly(
                        "ip saddr @resolvers meta l4proto { tcp, udp } th sport 53 accept",
                        "ip saddr @never drop",
                        "ip saddr @reserved drop",
                        "accept");
    }

    @Test
    void nothing_is_nothing_whatever_else_is_listed() {
        assertThat(sent(wanted(List.of("1.2.3.0/24"), null, null, null).withoutInternet()))
                .containsExactly("goto refused");
    }

    @Test
    void lists_and_denials_in_the_order_in_which_they_win() {
        assertThat(sent(wanted(
                        List.of("1.2.3.0/24", "10.20.1.0/24", "::/0"),
                        List.of("1.2.3.4/32"),
                        null,
                        List.of("9.9.9.9"))))
                .containsExactly(
                        "ip daddr @never goto refused",
                        "ip daddr { 1.2.3.4 } goto refused",
                        "ip daddr { 9.9.9.9 } meta l4proto { tcp, udp } th dport 53 accept",
                        "ip daddr { 10.20.1.0/24 } accept",
                        "ip daddr @reserved goto refused",
                        "ip daddr { 1.2.3.0/24, 10.20.1.0/24 } accept",
                        "goto refused");
    }

    @Test
    void a_list_that_leads_nowhere_opens_nothing() {
        for (var list : List.of(Collections.<String>emptyList(), List.of("2001:db8::/32"))) {
            assertThat(sent(wanted(list, null, null, null)))
                    .containsExactly("ip daddr @never goto refused", "ip daddr @reserved goto refused", "goto refused");
        }
    }

    @Test
    void what_is_wider_than_the_operator_opens_opens_nothing_private() {
        assertThat(OFFER.policy(wanted(List.of("0.0.0.0/0", "10.0.0.0/8"), null, null, null))
                        .opened())
                .isEmpty();
    }

    @Test
    void names_open_addresses_and_no_other_name_server() {
        var policy = OFFER.policy(wanted(null, null, List.of("*.Example.org"), null));

        assertThat(PolicyRules.sent(policy, SETS))
                .containsExactly(
                        "ip daddr @never goto refused",
                        "meta l4proto { tcp, udp } th dport { 53, 853 } goto refused",
                        "ip daddr @reserved goto refused",
                        "ip daddr @opened-1 update @used-1 { ip daddr } accept",
                        "ct state established ip daddr @used-1 update @used-1 { ip daddr } accept",
                        "goto refused");
        assertThat(PolicyRules.got(policy, SETS))
                .endsWith("ip saddr @opened-1 accept", "ip saddr @used-1 accept", "drop");
    }

    @Test
    void what_is_not_to_be_had_is_named() {
        assertThat(OFFER.refuses(wanted(List.of("10.20.0.0/15"), null, null, null)))
                .contains(new Networks.Refusal("allowedCIDRs", "10.20.0.0/15"));
        assertThat(OFFER.refuses(wanted(List.of("169.254.169.254/32"), null, null, null)))
                .contains(new Networks.Refusal("allowedCIDRs", "169.254.169.254"));
        assertThat(OFFER.refuses(wanted(null, null, null, List.of("10.9.9.8"))))
                .contains(new Networks.Refusal("dnsServers", "10.9.9.8"));
        assertThat(OFFER.refuses(wanted(List.of("10.20.7.0/24", "0.0.0.0/0"), List.of("10.0.0.0/8"), null, null)))
                .isEmpty();
        assertThat(OFFER.refuses(wanted(null, null, null, List.of("10.9.9.9", "127.0.0.1", "::1", "10.20.0.1"))))
                .isEmpty();
        var noNames = new Offer(OFFER.open(), OFFER.hosts(), false);
        assertThat(noNames.refuses(wanted(null, null, List.of("a.test"), null)))
                .contains(new Networks.Refusal("allowedDomains", ""));
    }

    @Test
    void what_cannot_be_read_never_becomes_a_rule() {
        for (var domain : List.of("a b", "*", "*.*.test", "a.test; drop", "")) {
            assertThatThrownBy(() -> OFFER.refuses(wanted(null, null, List.of(domain), null)))
                    .as(domain)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> OFFER.refuses(wanted(Collections.nCopies(65, "1.2.3.4/32"), null, null, null)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void an_operator_opens_private_networks_only() {
        for (var list : List.of("8.8.8.0/24", "10.0.0.0/7", "169.254.0.0/16", "10.0.0.1", "x", "::/0")) {
            assertThatThrownBy(() -> PrivateNetworks.parse(list))
                    .as(list)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ELEVO_PRIVATE_NETWORKS");
        }
        assertThat(PrivateNetworks.parse("").open()).isEmpty();
    }
}
