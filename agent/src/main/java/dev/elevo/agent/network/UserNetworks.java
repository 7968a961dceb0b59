package dev.elevo.agent.network;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.agent.driver.Soon;
import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks for an agent that is not root: a namespace each, with a process (slirp4netns) that speaks for it to the outside as any
 * program of the user would, and rules inside that code in the sandbox has no right to change.
 */
public final class UserNetworks implements Networks {
    private static final Logger LOG = LoggerFactory.getLogger(UserNetworks.class);
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final String PROXY = ".pid";
    private static final String LOG_FILE = ".log";
    private static final String READY = ".ready";

    /** Where slirp4netns answers names, by asking whom the host asks. */
    private static final String RESOLVER = "10.0.2.3";

    private final Path directory;
    private final Path rules;

    private UserNetworks(Path directory, Path rules) {
        this.directory = directory;
        this.rules = rules;
    }

    /**
     * Finds out what the rules must say on this host, and whether a network can be made at all.
     *
     * @throws IOException this host does not let us, or lacks what it takes
     */
    public static UserNetworks open(Path directory) throws IOException {
        Files.createDirectories(directory);
        var rules = Files.writeString(
                directory.resolve("rules.nft"), """
                table inet elevo {
                  chain output {
                    type filter hook output priority 0; policy accept;
                    oifname "lo" accept
                    meta nfproto ipv6 reject
                    ip daddr %s meta l4proto { tcp, udp } th dport 53 accept
                    ip daddr { %s } reject with icmp type admin-prohibited
                    ip daddr { %s } reject with icmp type admin-prohibited
                  }
                }
                """.formatted(RESOLVER, Firewall.NOT_PUBLIC, ownAddresses()));
        var networks = new UserNetworks(directory, rules);
        networks.lease(NetworkConfig.DEFAULT).ifPresent(lease -> networks.release(lease.name()));
        return networks;
    }

    /** A host with a public address has services behind it that are not for sandboxes. */
    private static String ownAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .map(InetAddress::getHostAddress)
                .distinct()
                .collect(Collectors.joining(", "));
    }

    @Override
    public String resolvers() {
        return "nameserver " + RESOLVER + "\n";
    }

    @Override
    public Optional<Lease> lease(NetworkConfig policy) throws IOException {
        if (!policy.internet()) {
            return Optional.empty();
        }
        var name = "net-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
        var namespace = Files.createFile(directory.resolve(name));
        try {
            run(name, List.of("unshare", "--net=" + namespace, "true"));
            run(name, List.of("nsenter", "--net=" + namespace, "nft", "-f", rules.toString()));
            startProxy(name, namespace);
            return Optional.of(new Lease(name, namespace));
        } catch (IOException e) {
            try {
                free(name);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** It lives on when the agent dies, as the sandbox does, so all that it says goes into files. */
    private void startProxy(String name, Path namespace) throws IOException {
        var ready = directory.resolve(name + READY);
        var log = directory.resolve(name + LOG_FILE);
        var process = new ProcessBuilder(
                        "setsid",
                        "slirp4netns",
                        "--configure",
                        "--mtu=65520",
                        "--disable-host-loopback",
                        "--enable-sandbox",
                        "--enable-seccomp",
                        "--ready-fd=1",
                        "--netns-type=path",
                        namespace.toString(),
                        "tap0")
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ready.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            ProcessId.of(process.pid())
                    .orElseThrow(() -> new IOException("slirp4netns ended at once"))
                    .write(directory.resolve(name + PROXY));
        } catch (IOException e) {
            process.destroyForcibly(); // without the note nobody would ever find it
            throw e;
        }
        Soon.ready("slirp4netns", process, log, () -> Files.size(ready) > 0);
    }

    private void run(String name, List<String> words) throws IOException {
        Command.run(words, directory, directory.resolve(name + LOG_FILE), TIME);
    }

    @Override
    public void release(String name) {
        try {
            free(name);
        } catch (IOException e) {
            LOG.warn("network {} stays until the next start: {}", name, e.getMessage());
        }
    }

    private void free(String name) throws IOException {
        var proxy = directory.resolve(name + PROXY);
        ProcessId.read(proxy).ifPresent(ProcessId::kill);
        var namespace = directory.resolve(name);
        if (isMounted(namespace)) {
            run(name, List.of("umount", namespace.toString()));
        }
        Files.deleteIfExists(namespace);
        for (var note : List.of(PROXY, READY, LOG_FILE)) {
            Files.deleteIfExists(directory.resolve(name + note));
        }
    }

    /** Namespaces are of a file system of their own. */
    private boolean isMounted(Path namespace) throws IOException {
        return Files.exists(namespace)
                && !Files.getAttribute(namespace, "unix:dev").equals(Files.getAttribute(directory, "unix:dev"));
    }

    @Override
    public void sweep(Collection<String> kept) throws IOException {
        try (var files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("net-") && name.indexOf('.') < 0)
                    .filter(name -> !kept.contains(name))
                    .forEach(this::release);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        // Nothing is made ahead of need, and what is in use stays.
    }
}
