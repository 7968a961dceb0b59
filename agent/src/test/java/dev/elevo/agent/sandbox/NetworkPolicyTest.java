package dev.elevo.agent.sandbox;

import static dev.elevo.contract.testing.Eventually.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.StillRunning;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sandbox reaches, tried from inside, before and after its policy is changed while it runs. */
final class NetworkPolicyTest {

    @TempDir
    private static Path home;

    @TempDir
    private static Path scratch;

    private static RealAgent agent;
    private static Internet internet;

    @BeforeAll
    static void start() throws GeneralSecurityException, IOException {
        agent = new RealAgent(home.resolve("home"), Map.of("elevo.private.networks", "172.29.0.0/16"));
        agent.requireWalls();
        internet = new Internet(
                scratch,
                agent.isRoot(),
                "listed.test=@1",
                "www.below.test=@2",
                "below.test=@3",
                "alias.test>middle.elsewhere",
                "middle.elsewhere>end.elsewhere",
                "end.elsewhere=@3",
                "inward.test=@hidden,169.254.169.254,127.0.0.1",
                "half.test=@hidden,@2",
                "unlisted.test=@2");
    }

    @AfterAll
    static void stop() throws IOException {
        if (internet != null) {
            internet.close();
        }
        agent.close();
    }

    private static NetworkConfig only(@Nullable List<String> allowed, @Nullable List<String> denied) {
        return new NetworkConfig(true, allowed, denied, null, null, null, null, null);
    }

    private static NetworkConfig names(List<String> domains) {
        return new NetworkConfig(true, null, null, domains, null, null, List.of(internet.address(1)), null);
    }

    private static String create(NetworkConfig network) {
        return agent.create(RealAgent.spec(Resources.DEFAULT, network));
    }

    private static void set(String id, NetworkConfig network) {
        agent.sandboxes().setNetwork(id, network);
    }

    @Test
    void a_sandbox_is_let_on_the_network_and_taken_off_it_while_it_runs() {
        var id = create(RealAgent.OFFLINE);
        assertThat(connects(id, internet.address(1))).isFalse();

        set(id, NetworkConfig.DEFAULT);
        assertThat(connects(id, internet.address(1))).isTrue();
        var talking = talk(id, internet.address(1));

        set(id, RealAgent.OFFLINE);
        assertThat(end(id, talking).exitCode()).as("what was connected is cut").isEqualTo(9);
        assertThat(connects(id, internet.address(1))).isFalse();

        set(id, NetworkConfig.DEFAULT);
        assertThat(connects(id, internet.address(1))).isTrue();
    }

    @Test
    void nothing_at_all_is_reachable_without_network() throws IOException {
        var id = create(RealAgent.OFFLINE);

        try (var listening = new ServerSocket()) {
            listening.bind(new InetSocketAddress("0.0.0.0", 0));
            for (var address : hostAddresses()) {
                assertThat(connects(id, address, listening.getLocalPort()))
                        .as(address)
                        .isFalse();
            }
        }
        assertThat(asks(id, internet.address(1), "listed.test")).isEqualTo("no answer");
        assertThat(agent.run(id, "getent hosts listed.test").exitCode()).isNotZero();
    }

    private static List<String> hostAddresses() throws IOException {
        // Without the ends of other sandboxes' pairs: the kernel says no only so often, and is silent in between.
        return NetworkInterface.networkInterfaces()
                .filter(each -> !each.getName().startsWith("ev"))
                .flatMap(NetworkInterface::inetAddresses)
                .map(address -> address.getHostAddress())
                .filter(address -> address.contains(".") && !address.startsWith("127."))
                .toList();
    }

    @Test
    void a_list_of_networks_is_all_there_is() {
        var id = create(only(List.of(internet.address(1) + "/32", "2001:db8::/32"), null));

        assertThat(connects(id, internet.address(1))).isTrue();
        assertThat(connects(id, internet.address(2))).isFalse();
        assertThat(asks(id, internet.address(2), "listed.test")).isEqualTo("no answer");
    }

    @Test
    void an_empty_list_is_a_list() {
        assertThat(connects(create(only(List.of(), null)), internet.address(1))).isFalse();
    }

    @Test
    void a_denied_network_is_closed_whatever_else_is_said() {
        var id = create(only(List.of(internet.network()), List.of(internet.address(2) + "/32")));

        assertThat(connects(id, internet.address(1))).isTrue();
        assertThat(connects(id, internet.address(2))).isFalse();

        set(id, only(null, List.of(internet.address(1) + "/32")));
        assertThat(connects(id, internet.address(1))).isFalse();
        assertThat(connects(id, internet.address(2))).isTrue();
    }

    @Test
    void what_a_new_list_leaves_out_is_cut_and_the_rest_goes_on() {
        var id = create(NetworkConfig.DEFAULT);
        var stays = talk(id, internet.address(1));
        var goes = talk(id, internet.address(2));

        set(id, only(List.of(internet.address(1) + "/32"), null));

        assertThat(end(id, goes).exitCode()).isEqualTo(9);
        var heard = lines(id, stays);
        await(() -> lines(id, stays) > heard + 2);
    }

    @Test
    void a_private_network_is_reached_only_when_the_operator_opens_it_and_the_sandbox_names_it() {
        assertThat(connects(create(NetworkConfig.DEFAULT), internet.hidden())).isFalse();
        assertThat(connects(create(only(List.of("0.0.0.0/0"), null)), internet.hidden()))
                .isFalse();
        assertThat(connects(create(only(List.of(internet.hidden() + "/32"), null)), internet.hidden()))
                .isTrue();
    }

    @Test
    void the_host_stays_closed_whatever_is_allowed() throws IOException {
        var id = create(only(List.of("0.0.0.0/0"), null));

        assertThat(connects(id, internet.address(1))).isTrue();
        try (var listening = new ServerSocket()) {
            listening.bind(new InetSocketAddress("0.0.0.0", 0));
            for (var address : hostAddresses()) {
                if (!address.startsWith("25.")) {
                    assertThat(connects(id, address, listening.getLocalPort()))
                            .as(address)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void what_cannot_be_had_is_refused_by_its_name() {
        for (var network : List.of("10.1.0.0/16", "169.254.169.254/32", "127.0.0.0/8", "172.16.0.0/12")) {
            assertThatThrownBy(() -> create(only(List.of(network), null)))
                    .isInstanceOf(ApiException.class)
                    .hasMessageContaining("network.allowedCIDRs")
                    .hasMessageContaining(network.replace("/32", ""));
        }
        var id = create(NetworkConfig.DEFAULT);
        assertThatThrownBy(() ->
                        set(id, new NetworkConfig(true, null, null, null, null, null, List.of("192.168.7.7"), null)))
                .hasMessageContaining("network.dnsServers 192.168.7.7");
        assertThatThrownBy(() -> set(id, only(List.of("not a network"), null))).hasMessageContaining("not an address");
        assertThat(connects(id, internet.address(1)))
                .as("a refusal changes nothing")
                .isTrue();
    }

    @Test
    void names_and_their_servers_are_changed_from_inside() {
        var id = create(NetworkConfig.DEFAULT);
        var before = agent.run(id, "cat /etc/resolv.conf").stdout();

        set(
                id,
                new NetworkConfig(
                        true,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(internet.address(1)),
                        Map.of("db.internal", internet.address(2))));

        assertThat(agent.run(id, "cat /etc/resolv.conf").stdout())
                .isEqualTo("nameserver " + internet.address(1) + "\n");
        assertThat(agent.run(id, "getent hosts db.internal").stdout()).startsWith(internet.address(2));
        assertThat(agent.run(id, "getent ahostsv4 unlisted.test").stdout()).startsWith(internet.address(2));

        agent.run(id, "root", "rm /etc/hosts; ln -s /home/user/hosts /etc/hosts; echo mine > /etc/hosts");
        set(id, NetworkConfig.DEFAULT);
        assertThat(agent.run(id, "cat /etc/resolv.conf").stdout()).isEqualTo(before);
        assertThat(agent.run(id, "cat /home/user/hosts").stdout()).isEqualTo("mine\n");

        agent.run(id, "root", "echo 127.0.0.9 mine >> /etc/hosts");
        set(id, only(null, List.of(internet.address(3) + "/32")));
        assertThat(agent.run(id, "tail -n 1 /etc/hosts").stdout())
                .as("other changes leave the files alone")
                .isEqualTo("127.0.0.9 mine\n");
    }

    @Test
    void without_root_a_list_of_names_is_refused() {
        if (!agent.isRoot()) {
            assertThatThrownBy(() -> create(names(List.of("listed.test"))))
                    .hasMessageContaining("network.allowedDomains");
        }
    }

    @Test
    void a_listed_name_opens_its_address_and_nothing_else_does() {
        agent.requireRoot();
        var id = create(names(List.of("listed.test", "*.below.test", "alias.test")));
        assertThat(connects(id, internet.address(1))).as("nobody asked yet").isFalse();

        assertThat(connects(id, "listed.test")).isTrue();
        assertThat(connects(id, internet.address(1))).isTrue();
        assertThat(connects(id, internet.address(2))).isFalse();
        assertThat(connects(id, "www.below.test")).isTrue();
        assertThat(connects(id, "below.test")).as("not itself below").isFalse();
        assertThat(connects(id, "unlisted.test")).isFalse();
        assertThat(connects(id, internet.address(3))).isFalse();
        assertThat(connects(id, "alias.test"))
                .as("by way of names that are not listed")
                .isTrue();
        assertThat(connects(id, "end.elsewhere")).isFalse();
    }

    @Test
    void no_other_name_server_is_in_reach_of_a_list_of_names() {
        agent.requireRoot();
        var id = create(names(List.of("listed.test")));

        assertThat(asks(id, internet.address(1), "listed.test")).isEqualTo(internet.address(1));
        assertThat(asks(id, internet.address(1), "unlisted.test")).isEqualTo("code 3");
        assertThat(asks(id, internet.address(3), "unlisted.test")).isEqualTo("code 3");
        assertThat(connects(id, internet.address(1), 853)).isFalse();
    }

    @Test
    void a_name_that_leads_inward_leads_nowhere() {
        agent.requireRoot();
        var id = create(names(List.of("inward.test", "half.test")));

        assertThat(asks(id, internet.address(1), "inward.test")).isEqualTo("nothing");
        assertThat(connects(id, internet.hidden())).isFalse();
        assertThat(asks(id, internet.address(1), "half.test")).isEqualTo(internet.address(2));
        assertThat(connects(id, internet.hidden())).isFalse();
    }

    @Test
    void another_list_of_names_closes_what_it_does_not_lead_to() {
        agent.requireRoot();
        var id = create(names(List.of("listed.test", "*.below.test")));
        assertThat(connects(id, "listed.test")).isTrue();
        assertThat(connects(id, "www.below.test")).isTrue();
        var stays = talk(id, internet.address(1));
        var goes = talk(id, internet.address(2));

        set(id, names(List.of("listed.test", "alias.test")));

        assertThat(end(id, goes).exitCode()).isEqualTo(9);
        assertThat(connects(id, internet.address(2))).isFalse();
        assertThat(connects(id, "alias.test")).isTrue();
        var heard = lines(id, stays);
        await(() -> lines(id, stays) > heard + 2);

        set(id, NetworkConfig.DEFAULT);
        assertThat(connects(id, internet.address(2))).isTrue();
        assertThat(asks(id, internet.address(1), "unlisted.test")).isEqualTo(internet.address(2));
    }

    @Test
    void who_sends_without_a_pause_is_cut_as_well() {
        agent.requireRoot();
        var id = create(names(List.of("listed.test")));
        for (int round = 0; round < 5; round++) {
            set(id, names(List.of("listed.test", "*.below.test")));
            assertThat(connects(id, "www.below.test")).isTrue();
            var goes = talk(id, internet.address(2), 0);

            set(id, names(List.of("listed.test")));

            assertThat(end(id, goes).exitCode()).isEqualTo(9);
        }
    }

    @Test
    void policies_outlive_the_agent() throws IOException {
        var closed = create(RealAgent.OFFLINE);
        var listed = create(only(List.of(internet.address(1) + "/32"), null));
        var named = agent.isRoot() ? create(names(List.of("listed.test", "*.below.test"))) : null;
        if (named != null) {
            assertThat(connects(named, "listed.test")).isTrue();
        }
        var talking = agent.isRoot() ? talk(listed, internet.address(1)) : 0;

        internet.hide();
        agent.restart();
        internet.show();

        assertThat(connects(closed, internet.address(1))).isFalse();
        assertThat(connects(listed, internet.address(1))).isTrue();
        assertThat(connects(listed, internet.address(2))).isFalse();
        if (named != null) {
            var heard = lines(listed, talking);
            await(() -> lines(listed, talking) > heard + 2);
            assertThat(connects(named, internet.address(1))).as("open before").isTrue();
            assertThat(connects(named, internet.address(2))).isFalse();
            assertThat(connects(named, "www.below.test"))
                    .as("asked of the new agent")
                    .isTrue();
            set(named, names(List.of("*.below.test")));
            assertThat(connects(named, internet.address(1))).isFalse();
        }
    }

    @Test
    void a_flood_of_questions_does_not_take_names_from_the_neighbour() {
        agent.requireRoot();
        var loud = create(names(List.of("listed.test")));
        var quiet = create(names(List.of("listed.test")));

        agent.run(loud, """
            perl -MIO::Socket::INET -MTime::HiRes=time -e 'my $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => "%s", PeerPort => 53);
            my $end = time + 2; my $n = 0;
            while (time < $end) { send($s, pack("n*", map { int(rand(65536)) } 1 .. 1 + rand(250)), 0);
              $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => "%1$s", PeerPort => 53) if $n++ %% 50 == 0 }'
            """.formatted(internet.address(1)));

        assertThat(connects(quiet, "listed.test")).isTrue();
        await(() -> asks(loud, internet.address(1), "listed.test").equals(internet.address(1)));
    }

    @Test
    void a_sandbox_that_is_gone_leaves_no_rules() throws IOException {
        agent.requireRoot();
        var id = create(only(List.of(internet.address(1) + "/32"), null));
        var lease = Files.readString(agent.slot(id).directory().resolve("network"));

        agent.sandboxes().delete(id);

        await(() -> !ruleset().contains("\"" + lease + "\""));
        await(() -> Files.notExists(home.resolve("home/agent/network").resolve(lease + ".policy")));
    }

    private static String ruleset() {
        try {
            var process = new ProcessBuilder("nft", "list", "ruleset")
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static boolean connects(String from, String address) {
        return connects(from, address, 80);
    }

    private static boolean connects(String from, String address, int port) {
        var result = agent.run(
                from,
                "perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => \"%s\", PeerPort => %d, Timeout => 2) ? 0 : 9)'"
                        .formatted(address, port));
        assertThat(result.exitCode()).as(result.stderr()).isIn(0, 9);
        return result.exitCode() == 0;
    }

    /** A connection on which something is said all the time; 9 when nothing comes back. */
    private static int talk(String from, String address) {
        return talk(from, address, 0.02);
    }

    private static int talk(String from, String address, double pause) {
        var command = """
                perl -MIO::Socket::INET -e '$| = 1; my $s = IO::Socket::INET->new(PeerAddr => "%s", PeerPort => 80, Timeout => 2) or exit 8;
                $SIG{ALRM} = sub { exit 9 }; # an answer that was on its way may be lost with the network
                for (;;) { print $s "x\\n" or exit 9; alarm 5; defined(<$s>) or exit 9; print "x\\n"; select(undef, undef, undef, %s) }'
                """.formatted(address, pause);
        var request = new RunRequest(command, null, null, null, null, null, "user", null, 60_000, 0, null, null, null);
        var pid = ((StillRunning) agent.processes().run(from, request, null)).pid();
        await(() -> lines(from, pid) > 0);
        return pid;
    }

    private static long lines(String id, int pid) {
        return agent.processes().output(id, pid, new OutputQuery(null, null, null, 100_000, null)).chunks().stream()
                .flatMapToInt(chunk -> chunk.data().chars())
                .filter(c -> c == '\n')
                .count();
    }

    private static RunResult end(String id, int pid) {
        return (RunResult) agent.processes().result(id, pid, 20_000);
    }

    /** The last address of the answer. */
    private static String asks(String from, String server, String name) {
        return agent.run(from, """
            perl -MIO::Socket::INET -e 'my ($server, $name) = @ARGV;
            my $s = IO::Socket::INET->new(Proto => "udp", PeerAddr => $server, PeerPort => 53);
            send($s, pack("nnnnnn", 7, 256, 1, 0, 0, 0) . join("", map { pack("C/a", $_) } split(/\\./, $name)) . pack("Cnn", 0, 1, 1), 0);
            my $got; my $in = ""; vec($in, fileno($s), 1) = 1;
            if (!select($in, undef, undef, 2) || !defined(recv($s, $got, 600, 0))) { print "no answer"; exit }
            my (undef, $flags, undef, $count) = unpack("nnnn", $got);
            if ($flags & 15) { print "code ", $flags & 15; exit }
            print $count ? join(".", unpack("C4", substr($got, -4))) : "nothing"' %s %s
            """.formatted(server, name)).stdout();
    }
}
