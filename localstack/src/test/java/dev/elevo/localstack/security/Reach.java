package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.opentest4j.TestAbortedException;

/** The network: what a sandbox gets hold of, and who gets hold of the service. */
final class Reach {
    private static final String METADATA = "169.254.169.254";
    private static final String METADATA_ECS = "169.254.170.2";
    private static final int CONNECT_MILLIS = 1000;

    private Reach() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(new Attempt(Who.INSIDE, "the cloud's metadata", "rejected", ground -> {
            for (var address : List.of(METADATA, METADATA_ECS, "168.63.129.16", "100.100.100.200")) {
                assertThat(connects(ground, ground.shared(), address, 80))
                        .as(address)
                        .isFalse();
            }
        }));
        attempts.add(new Attempt(Who.INSIDE, "the host by every address it has", "rejected", Reach::theHost));
        attempts.add(new Attempt(
                Who.INSIDE,
                "the host by its end of the sandbox's own link",
                "rejected, IPv4 and IPv6",
                Reach::theHostsEnd));
        attempts.add(new Attempt(
                Who.INSIDE, "gateway, agent and store of the service", "rejected by every address", Reach::theService));
        attempts.add(new Attempt(Who.INSIDE, "a neighbour", "rejected", Reach::theNeighbour));
        attempts.add(new Attempt(Who.INSIDE, "private networks behind the host", "rejected", ground -> {
            for (var address : List.of("10.0.0.1", "172.16.0.1", "192.168.0.1", "192.168.1.1", "100.64.0.1")) {
                assertThat(connects(ground, ground.shared(), address, 22))
                        .as(address)
                        .isFalse();
            }
        }));
        attempts.add(new Attempt(
                Who.INSIDE,
                "the internet where it is off",
                "rejected by the firewall, not only unreachable",
                ground -> {
                    var offline = offline(ground);
                    for (var address : List.of("1.1.1.1", "8.8.8.8")) {
                        var result = ground.run(
                                offline,
                                "root",
                                "perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(PeerAddr => \"%s\", PeerPort => 443, Timeout => 5) ? \"connected\" : $!'"
                                        .formatted(address));
                        assertThat(result.stdout()).as(result.toString()).isEqualTo("Connection refused");
                    }
                }));
        attempts.add(new Attempt(
                Who.INSIDE, "names as a tunnel where the internet is off", "rejected by the firewall", ground -> {
                    var result = ground.run(
                            offline(ground),
                            "root",
                            "for s in $(sed -n 's/^nameserver //p' /etc/resolv.conf) 8.8.8.8 1.1.1.1; do"
                                    + " perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Proto => \"udp\", PeerAddr => $ARGV[0], PeerPort => 53) or die $!;"
                                    + " send($s, \"secret\", 0); $SIG{ALRM} = sub { print \"no answer\\n\"; exit }; alarm 5;"
                                    + " print defined recv($s, my $answer, 512, 0) ? \"answered\" : $!, \"\\n\"' $s; done");
                    assertThat(result.stdout().lines())
                            .as(result.toString())
                            .hasSizeGreaterThanOrEqualTo(2)
                            .containsOnly("No route to host");
                }));
        attempts.add(new Attempt(
                Who.STRANGER,
                "the agent and the store from another machine",
                "they listen on the loopback only",
                ground -> {
                    for (var daemon : List.of("agent", "dynamodb")) {
                        var port = ground.portOf(daemon);
                        assertThat(answers(InetAddress.getLoopbackAddress(), port))
                                .as(daemon)
                                .isTrue();
                        for (var address : Ground.hostAddresses()) {
                            assertThat(answers(address, port))
                                    .as("%s at %s", daemon, address)
                                    .isFalse();
                        }
                    }
                }));
        attempts.add(new Attempt(
                Who.STRANGER,
                "the gateway from another machine",
                "on the loopback only, until ELEVO_BIND says otherwise",
                ground -> {
                    for (var address : Ground.hostAddresses()) {
                        assertThat(answers(address, ground.gatewayPort()))
                                .as(address.toString())
                                .isFalse();
                    }
                }));
        return attempts;
    }

    /** On a host that gives sandboxes no network at all there is nothing to be rejected. */
    private static String offline(Ground ground) {
        var offline = ground.create(",\"network\":{\"allowInternet\":false}");
        if (!ground.run(offline, "root", "cat /proc/net/dev").stdout().contains("eth0")) {
            throw new TestAbortedException("the sandboxes of this host have no network");
        }
        return offline;
    }

    private static void theHost(Ground ground) throws IOException {
        try (var listening = new ServerSocket()) {
            listening.bind(new InetSocketAddress("0.0.0.0", 0));
            for (var address : Ground.hostAddresses()) {
                if (address instanceof Inet4Address) {
                    assertThat(connects(ground, ground.shared(), address.getHostAddress(), listening.getLocalPort()))
                            .as(address.toString())
                            .isFalse();
                }
            }
            // What slirp4netns, where it is used, calls the host's loopback.
            assertThat(connects(ground, ground.shared(), "10.0.2.2", listening.getLocalPort()))
                    .isFalse();
        }
    }

    private static void theHostsEnd(Ground ground) throws IOException {
        var route = ground.asRoot("cat /proc/net/route").stdout();
        var gateway = route.lines()
                .map(line -> line.split("\t"))
                .filter(fields -> fields.length > 2 && fields[1].equals("00000000"))
                .map(fields -> fields[2])
                .findFirst()
                .orElseThrow(() -> new TestAbortedException("the sandboxes of this host have no network"));
        var address = "%d.%d.%d.%d"
                .formatted(
                        Integer.parseInt(gateway.substring(6, 8), 16),
                        Integer.parseInt(gateway.substring(4, 6), 16),
                        Integer.parseInt(gateway.substring(2, 4), 16),
                        Integer.parseInt(gateway.substring(0, 2), 16));
        try (var listening = new ServerSocket()) {
            listening.bind(new InetSocketAddress("::", 0));
            assertThat(connects(ground, ground.shared(), address, listening.getLocalPort()))
                    .isFalse();
            for (var end : addressesBeside(address)) {
                if (end instanceof Inet6Address) {
                    var text = end.getHostAddress().replaceFirst("%.*", "");
                    var result = ground.asRoot(
                            "perl -MSocket=:all -e 'socket(my $s, AF_INET6, SOCK_STREAM, 0); setsockopt($s, SOL_SOCKET, SO_SNDTIMEO, pack(\"qq\", 1, 0));"
                                    + " my $i = 0; open F, \"/proc/net/if_inet6\"; while (<F>) { my @f = split; $i = hex $f[1] if $f[5] ne \"lo\" }"
                                    + " print \"connected\" if connect($s, pack_sockaddr_in6("
                                    + listening.getLocalPort()
                                    + ", inet_pton(AF_INET6, \"" + text + "\"), $i))'");
                    assertThat(result.stdout()).as(text + " " + result).isEmpty();
                    assertThat(result.exitCode()).as(result.toString()).isZero();
                }
            }
        }
    }

    /** The other addresses of the interface that has this one; none where it is in another namespace than ours. */
    private static List<InetAddress> addressesBeside(String address) throws IOException {
        var network = NetworkInterface.getByInetAddress(InetAddress.getByName(address));
        return network == null ? List.of() : network.inetAddresses().toList();
    }

    private static void theService(Ground ground) throws IOException {
        for (var port : List.of(ground.gatewayPort(), ground.portOf("agent"), ground.portOf("dynamodb"))) {
            assertThat(connects(ground, ground.shared(), "127.0.0.1", port)).isFalse();
            for (var address : Ground.hostAddresses()) {
                if (address instanceof Inet4Address) {
                    assertThat(connects(ground, ground.shared(), address.getHostAddress(), port))
                            .as("%s:%d", address, port)
                            .isFalse();
                }
            }
        }
    }

    private static void theNeighbour(Ground ground) {
        var neighbour = ground.sandbox();
        var address =
                ground.run(neighbour, "user", "hostname -I").stdout().strip().split(" ", 2)[0];
        if (address.isEmpty()) {
            throw new TestAbortedException("the sandboxes of this host have no network");
        }
        ground.run(
                neighbour,
                "user",
                "perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 9, LocalPort => 7777) or exit 1;"
                        + " exit 0 if fork; close STDOUT; close STDERR; $s->accept while 1'");

        assertThat(connects(ground, neighbour, address, 7777))
                .as("the server is there")
                .isTrue();
        assertThat(connects(ground, ground.shared(), address, 7777)).isFalse();
    }

    private static boolean connects(Ground ground, String from, String address, int port) {
        var result = ground.run(
                from,
                "root",
                "perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => \"%s\", PeerPort => %d, Timeout => 1) ? 0 : 9)'"
                        .formatted(address, port));
        assertThat(result.exitCode()).as(result.toString()).isIn(0, 9);
        return result.exitCode() == 0;
    }

    private static boolean answers(InetAddress address, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
