package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.elevo.agent.driver.Command;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What code inside a sandbox tries, as its root where that helps it. Perl is on every Debian, and speaks to the kernel directly. */
@Tag("security")
final class WallTest {
    private static final String METADATA = "169.254.169.254";
    /** What slirp4netns calls the host's loopback. */
    private static final String LOOPBACK_OUTSIDE = "10.0.2.2";
    /** Public, and nobody's on the network that the tests without root have for themselves. */
    private static final String INTERNET = "8.8.4.4";
    /** What hosts give to their users, and what they lend to them for containers. */
    private static final int USUAL_IDS = 600_100_000;

    @TempDir
    private static Path home;

    private static RealAgent agent;
    private static String sandbox;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireWalls();
        sandbox = agent.create(RealAgent.spec(new Resources(1.0, 256, 10, 0, null), NetworkConfig.DEFAULT));
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    @Test
    void the_user_is_an_ordinary_one_on_a_host_of_its_own() {
        assertThat(out("id -un; id -u; pwd; hostname")).isEqualTo("user\n1000\n/home/user\nsandbox\n");
    }

    @Test
    void only_its_own_processes_are_there() {
        assertThat(out("ls /proc | grep -c '^[0-9]'").strip())
                .satisfies(count -> assertThat(Integer.parseInt(count)).isLessThan(10));
        assertThat(asRoot("kill -9 " + ProcessHandle.current().pid()).exitCode())
                .isNotZero();
    }

    @Test
    void root_inside_is_nobody_outside_and_another_in_every_sandbox() throws IOException {
        agent.requireRoot();
        var mine = ownerOfWhatRootMakes(sandbox);
        var neighbours = ownerOfWhatRootMakes(agent.create());

        assertThat(List.of(mine, neighbours)).allSatisfy(id -> assertThat(id).isGreaterThan(USUAL_IDS));
        assertThat(Math.abs(mine - neighbours)).isGreaterThanOrEqualTo(0x10000);
    }

    private static int ownerOfWhatRootMakes(String id) throws IOException {
        agent.run(id, "root", "touch /var/made-by-root && chmod u+s /var/made-by-root");
        return (int) Files.getAttribute(agent.slot(id).directory().resolve("upper/var/made-by-root"), "unix:uid");
    }

    @Test
    void nothing_of_the_host_shows() {
        assertThat(out("cat /proc/mounts; env; cat /proc/self/cgroup")).doesNotContain(home.toString());
        assertThat(asRoot("cat /etc/shadow").exitCode()).isNotZero();
        assertThat(asRoot("ls -A /root /opt /srv").stdout()).isEqualTo("/opt:\n\n/root:\n\n/srv:\n");
        assertThat(asRoot("ls " + home).exitCode()).isNotZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mount -t tmpfs x /mnt",
                "mount --bind /etc /mnt",
                "umount /proc",
                "unshare -U true",
                "unshare -m true",
                "chroot / unshare -r true",
                "mknod /tmp/disk b 8 0",
                "echo 1 > /proc/sys/kernel/core_pattern",
                "echo b > /proc/sysrq-trigger",
                "echo x > /.elevo/init",
                "mv /.elevo /elsewhere",
                "echo 9999999999 > $(ls /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null)",
                "head -c 1 /proc/kcore | grep -q .",
                "cat /proc/1/environ",
                "dmesg"
            })
    void root_is_refused(String attempt) {
        assertThat(asRoot(attempt).exitCode()).as(attempt).isNotZero();
    }

    @ParameterizedTest
    @CsvSource({"AF_VSOCK, 40, 1", "AF_ALG, 38, 5", "AF_PACKET, 17, 3", "AF_NETLINK is allowed, 16, 3", "raw, 2, 3"})
    void sockets_that_lead_out_are_refused(String name, int family, int type) {
        var result = asRoot("perl -e 'exit(socket(my $s, %d, %d, 0) ? 0 : 9)'".formatted(family, type));

        assertThat(result.exitCode()).as(name).isEqualTo(name.endsWith("allowed") ? 0 : 9);
    }

    @ParameterizedTest
    @CsvSource({
        "bpf, 321",
        "perf_event_open, 298",
        "userfaultfd, 323",
        "io_uring_setup, 425",
        "open_by_handle_at, 304",
        "keyctl, 250",
        "init_module, 175",
        "kexec_load, 246",
        "setns, 308",
        "pivot_root, 155",
        "fsopen, 430"
    })
    void calls_that_only_an_attacker_needs_are_refused(String name, int number) {
        assumeTrue(System.getProperty("os.arch").equals("amd64"), "the numbers are those of x86-64");
        var result = asRoot(
                "perl -e 'my $r = syscall(%d, 0, 0, 0, 0, 0); exit($r == -1 && $!{EPERM} ? 9 : 0)'".formatted(number));

        assertThat(result.exitCode()).as(name).isEqualTo(9);
    }

    @Test
    void killing_everything_leaves_the_sandbox_usable() {
        asRoot("kill -9 -1");

        assertThat(out("echo still here")).isEqualTo("still here\n");
    }

    @Test
    void a_memory_bomb_dies_alone() {
        agent.requireEnforced("memory");
        var bomb = agent.run(sandbox, "perl -e 'my $x = \"x\" x (600 * 1024 * 1024); print length $x'");

        assertThat(bomb.stdout()).isEmpty();
        assertThat(bomb.exitCode()).isNotZero();
        assertThat(bomb.error()).contains("short of memory; it has 256 MB");
        assertThat(out("echo still here")).isEqualTo("still here\n");
    }

    @Test
    void two_that_spin_get_the_one_core_that_was_granted() {
        agent.requireEnforced("cpu");
        var spun = agent.run(
                sandbox,
                "perl -MTime::HiRes=time -e 'my $begun = time; for (1, 2) { fork or do { 1 while time < $begun + 3; exit } }"
                        + " wait; wait; my @used = times; printf \"%.3f\", ($used[2] + $used[3]) / (time - $begun)'");

        assertThat(Double.parseDouble(spun.stdout())).isPositive().isLessThanOrEqualTo(1.15);
    }

    @Test
    void a_fork_bomb_ends_at_the_limit() {
        agent.requireEnforced("pids");
        var bomb = agent.run(
                sandbox,
                "perl -e 'my $n = 0; while (defined(my $p = fork)) { if (!$p) { sleep 600 } $n++ } print $n'; kill -9 -1");

        assertThat(bomb.timedOut()).isFalse();
        assertThat(out("echo still here")).isEqualTo("still here\n");
    }

    @Test
    void the_cloud_and_the_host_are_out_of_reach() throws IOException {
        try (var listening = new ServerSocket()) {
            listening.bind(new InetSocketAddress("0.0.0.0", 0));
            assertThat(hostAddresses()).isNotEmpty();
            for (var address : Stream.concat(hostAddresses().stream(), Stream.of(LOOPBACK_OUTSIDE))
                    .toList()) {
                assertThat(connects(sandbox, address, listening.getLocalPort()))
                        .as(address)
                        .isFalse();
            }
        }
        assertThat(connects(sandbox, METADATA, 80)).isFalse();
    }

    @Test
    void the_internet_is_in_reach_where_the_policy_says_so() throws IOException {
        agent.requireOwnNetwork();
        var offline = agent.create(RealAgent.spec(Resources.DEFAULT, RealAgent.OFFLINE));
        ip("add", INTERNET);
        try (var listening = new ServerSocket(0, 1, InetAddress.getByName(INTERNET))) {
            assertThat(connects(sandbox, INTERNET, listening.getLocalPort())).isTrue();
            assertThat(connects(offline, INTERNET, listening.getLocalPort())).isFalse();
        } finally {
            ip("delete", INTERNET);
        }
    }

    /** Most hosts have nobody there, so nobody answering proves nothing. */
    @Test
    void the_metadata_address_is_out_of_reach_where_it_answers() throws IOException {
        agent.requireOwnNetwork();
        ip("add", METADATA);
        try (var listening = new ServerSocket(0, 1, InetAddress.getByName(METADATA))) {
            assertThat(connects(sandbox, METADATA, listening.getLocalPort())).isFalse();
        } finally {
            ip("delete", METADATA);
        }
    }

    @Test
    void root_does_not_change_the_rules_of_its_network() {
        var flushed = asRoot("/usr/sbin/nft flush ruleset");

        assertThat(flushed.exitCode()).isNotZero();
        assertThat(flushed.stderr()).contains("Operation not permitted");
    }

    private static void ip(String verb, String address) throws IOException {
        Command.run(
                List.of("ip", "address", verb, address + "/32", "dev", "lo"),
                home,
                home.resolve("ip.log"),
                Duration.ofSeconds(10));
    }

    @Test
    void a_neighbour_is_out_of_reach() {
        var neighbour = agent.create();
        var address = agent.run(neighbour, "hostname -I").stdout().strip().split(" ", 2)[0];
        var server = agent.run(
                neighbour,
                "perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(Listen => 1, LocalPort => 7777);"
                        + " exit 1 unless $s; exit 0 if fork; close STDOUT; close STDERR; $s->accept'");

        assertThat(server.exitCode()).isZero();
        assertThat(address).startsWith("10.");
        assertThat(connects(neighbour, address, 7777)).as("the server is there").isTrue();
        assertThat(connects(sandbox, address, 7777)).isFalse();
    }

    @Test
    void root_serves_low_ports() {
        var served = asRoot(
                "perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(Listen => 1, LocalPort => 80) ? 0 : 9)'");

        assertThat(served.exitCode()).isZero();
    }

    /** The tests may themselves run behind a filter, which everything here inherits. */
    @Test
    void there_is_a_filter_more_than_outside() throws IOException {
        var outside = Files.readString(Path.of("/proc/self/status"));

        assertThat(filters(out("cat /proc/self/status"))).isGreaterThan(filters(outside));
    }

    private static int filters(String status) {
        var found = Pattern.compile("^Seccomp_filters:\\s*(\\d+)", Pattern.MULTILINE)
                .matcher(status);
        assertThat(found.find()).isTrue();
        return Integer.parseInt(found.group(1));
    }

    @Test
    void without_network_there_is_the_loopback_only() {
        var offline = agent.create(RealAgent.spec(Resources.DEFAULT, RealAgent.OFFLINE));

        assertThat(agent.run(offline, "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")
                        .stdout())
                .isEqualTo("lo\n");
        assertThat(agent.run(offline, "cat /proc/net/route | tail -n +2").stdout())
                .isEmpty();
    }

    private static List<String> hostAddresses() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .map(InetAddress::getHostAddress)
                .filter(address -> address.contains(".") && !address.startsWith("127."))
                .toList();
    }

    private static boolean connects(String from, String address, int port) {
        var result = agent.run(
                from,
                "perl -MIO::Socket::INET -e 'exit(IO::Socket::INET->new(PeerAddr => \"%s\", PeerPort => %d, Timeout => 2) ? 0 : 9)'"
                        .formatted(address, port));
        assertThat(result.exitCode()).isIn(0, 9);
        return result.exitCode() == 0;
    }

    private static String out(String command) {
        var result = agent.run(sandbox, command);
        assertThat(result.stderr()).isEmpty();
        return result.stdout();
    }

    private static RunResult asRoot(String command) {
        return agent.run(sandbox, "root", command);
    }
}
