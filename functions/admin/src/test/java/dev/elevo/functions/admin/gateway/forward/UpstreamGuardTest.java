package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpstreamGuardTest {
    private final UpstreamGuard guard = new UpstreamGuard("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
                        "100.64.0.1", "169.254.169.254",
                "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1",
                        "::ffff:127.0.0.1",
                "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "[::1]", "::127.0.0.1"
            })
    void what_only_the_machine_itself_may_reach_is_closed(String address) {
        assertThatThrownBy(() -> guard.resolve(address)).isInstanceOf(UpstreamGuard.ForbiddenException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "2606:4700::1111", "[2606:4700::1111]"})
    void the_rest_of_the_world_is_open(String address) throws UnknownHostException {
        assertThat(guard.resolve(address)).hasSize(1);
    }

    @Test
    void what_the_operator_opens_is_open_and_nothing_beside_it() throws UnknownHostException {
        var opened = new UpstreamGuard("127.0.0.0/8, fd00::/8,10.1.2.3");

        assertThat(opened.resolve("127.9.9.9")).hasSize(1);
        assertThat(opened.resolve("fd12::1")).hasSize(1);
        assertThat(opened.resolve("10.1.2.3")).hasSize(1);
        for (var closed : new String[] {"10.1.2.4", "::1", "169.254.169.254"}) {
            assertThatThrownBy(() -> opened.resolve(closed)).isInstanceOf(UpstreamGuard.ForbiddenException.class);
        }
    }

    @Test
    void of_a_name_only_open_addresses_are_connected_to() throws UnknownHostException {
        var open = InetAddress.ofLiteral("93.184.216.34");
        var mixed = new UpstreamGuard(
                "", host -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1"), open, InetAddress.ofLiteral("::1")});
        var inside = new UpstreamGuard("", host -> new InetAddress[] {InetAddress.ofLiteral("10.0.0.1")});

        assertThat(mixed.resolve("rebinding.example")).containsExactly(open);
        assertThatThrownBy(() -> inside.resolve("inside.example")).isInstanceOf(UpstreamGuard.ForbiddenException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1/33", "10.0.0.0/-1", "localhost", "::/129"})
    void a_list_that_cannot_be_read_is_no_list(String allowed) {
        assertThatThrownBy(() -> new UpstreamGuard(allowed)).isInstanceOf(IllegalArgumentException.class);
    }
}
