package dev.elevo.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OpeningsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Resolvers HOSTS = new Resolvers(List.of("9.9.9.9"));

    private final List<Map<Cidr, Duration>> opened = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private final Openings openings =
            new Openings(policy(List.of("a.test", "*.b.test")), HOSTS, opened::add, () -> now);

    private static Policy policy(List<String> domains) {
        return Policy.of(
                new NetworkConfig(
                        true, List.of("7.0.0.0/8"), List.of("8.8.8.8/32"), domains, null, null, List.of(), null),
                PrivateNetworks.parse("10.20.0.0/16"),
                HOSTS);
    }

    private static Inet4Address address(String literal) {
        return Inet4Address.ofLiteral(literal);
    }

    @Test
    void names_are_known_by_the_list() {
        assertThat(openings.knows("a.test")).isTrue();
        assertThat(openings.knows("x.y.b.test")).isTrue();
        for (var other : List.of("b.test", "xb.test", "x.a.test", "test", "", "a.test.evil")) {
            assertThat(openings.knows(other)).as(other).isFalse();
        }
    }

    @Test
    void an_address_is_opened_longer_than_it_is_told_and_once() throws IOException {
        assertThat(openings.admit("a.test", List.of(address("4.4.4.4")), MINUTE))
                .containsExactly(address("4.4.4.4"));
        now = now.plus(MINUTE);
        openings.admit("a.test", List.of(address("4.4.4.4")), MINUTE);
        assertThat(opened).containsExactly(Map.of(Cidr.of("4.4.4.4"), Duration.ofMinutes(6)));

        now = now.plus(Duration.ofMinutes(5));
        openings.admit("a.test", List.of(address("4.4.4.4")), Duration.ofHours(1));
        assertThat(opened).last().isEqualTo(Map.of(Cidr.of("4.4.4.4"), Duration.ofMinutes(61)));
    }

    @Test
    void what_is_private_or_denied_is_not_told_and_what_is_allowed_needs_no_opening() throws IOException {
        var found = List.of(
                address("10.20.0.1"),
                address("127.0.0.1"),
                address("169.254.169.254"),
                address("8.8.8.8"),
                address("7.7.7.7"));

        assertThat(openings.admit("a.test", found, MINUTE)).containsExactly(address("7.7.7.7"));
        assertThat(opened).isEmpty();
    }

    @Test
    void a_name_that_is_off_the_list_by_now_opens_nothing() throws IOException {
        openings.follow(
                policy(List.of("c.test")), (_, still) -> assertThat(still).isEmpty());

        assertThat(openings.admit("a.test", List.of(address("4.4.4.4")), MINUTE))
                .isEmpty();
        assertThat(opened).isEmpty();
    }

    @Test
    void what_another_list_leads_to_as_well_stays_open() throws IOException {
        openings.admit("a.test", List.of(address("4.4.4.4")), MINUTE);
        openings.admit("x.b.test", List.of(address("4.4.4.5"), address("4.4.4.6")), MINUTE);
        openings.admit("a.test", List.of(address("4.4.4.6")), MINUTE);
        now = now.plus(MINUTE);

        openings.follow(
                policy(List.of("a.test")),
                (_, still) -> assertThat(still)
                        .isEqualTo(Map.of(
                                Cidr.of("4.4.4.4"), Duration.ofMinutes(5), Cidr.of("4.4.4.6"), Duration.ofMinutes(5))));
    }

    @Test
    void there_is_an_end_to_the_addresses() throws IOException {
        for (var i = 0; i < Openings.MOST; i++) {
            openings.admit("a.test", List.of(address("4.4." + (i >> 8) + "." + (i & 0xff))), MINUTE);
        }
        assertThatThrownBy(() -> openings.admit("a.test", List.of(address("5.5.5.5")), MINUTE))
                .isInstanceOf(IOException.class);

        now = now.plus(Duration.ofMinutes(7));
        assertThat(openings.admit("a.test", List.of(address("5.5.5.5")), MINUTE))
                .hasSize(1);
    }

    @Test
    void an_address_that_the_firewall_did_not_take_is_asked_for_again() throws IOException {
        var closed = new Openings(
                policy(List.of("a.test")),
                HOSTS,
                _ -> {
                    throw new IOException("no");
                },
                () -> now);
        IntStream.range(0, 2)
                .forEach(_ -> assertThatThrownBy(() -> closed.admit("a.test", List.of(address("4.4.4.4")), MINUTE))
                        .hasMessage("no"));
    }

    @Test
    void the_host_itself_is_not_asked_for_anybody() throws IOException {
        var inward = Policy.of(
                new NetworkConfig(
                        true, null, null, List.of("a.test"), null, null, List.of("127.0.0.1", "10.20.0.9"), null),
                PrivateNetworks.parse("10.20.0.0/16"),
                HOSTS);

        assertThat(new Openings(inward, HOSTS, opened::add, () -> now).servers())
                .containsExactly(new InetSocketAddress("10.20.0.9", 53));
        assertThat(openings.servers()).containsExactly(new InetSocketAddress("9.9.9.9", 53));
    }
}
