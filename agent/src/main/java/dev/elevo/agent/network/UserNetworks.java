package dev.elevo.agent.network;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.ProcessId;
import dev.elevo.agent.driver.Soon;
import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
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
    private static final String RULES = ".nft";

    /** Where slirp4netns answers names, by asking whom the host asks. */
    private static final String RESOLVER = "10.0.2.3";

    private static final Resolvers RESOLVERS = new Resolvers(List.of(RESOLVER));

    private final Path directory;
    private final List<Cidr> hosts;
    private final Offer offer;
    private final Map<String, Policy> standing = new ConcurrentHashMap<>();

    private UserNetworks(Path directory, List<Cidr> hosts, Offer offer) {
        this.directory = directory;
        this.hosts = hosts;
        this.offer = offer;
    }

    /**
     * Finds out what the rules must say on this host, and whether a network can be made at all.
     *
     * @throws IOException this host does not let us, or lacks what it takes
     */
    public static UserNetworks open(Path directory, PrivateNetworks open) throws IOException {
        Files.createDirectories(directory);
        var networks = new UserNetworks(directory, ownAddresses(), new Offer(open, RESOLVERS, false));
        networks.lease(NetworkConfig.DEFAULT).ifPresent(lease -> networks.release(lease.name()));
        return networks;
    }

    /** A host with a public address has services behind it that are not for sandboxes. */
    private static List<Cidr> ownAddresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(Inet4Address.class::isInstance)
                .map(address -> Cidr.of((Inet4Address) address))
                .toList();
    }

    private String rules(Policy policy) {
        return """
                add table inet elevo
                delete table inet elevo
                table inet elevo {
                  set never {
                    type ipv4_addr
                    flags interval
                    elements = { %1$s }
                  }
                  set reserved {
                    type ipv4_addr
                    flags interval
                    elements = { %2$s }
                  }
                  set resolvers {
                    type ipv4_addr
                    elements = { %3$s }
                  }
                  chain refused {
                    meta l4proto tcp reject with tcp reset
                    reject with icmpx type admin-prohibited
                  }
                  chain sent {
                    %4$s
                  }
                  chain got {
                    %5$s
                  }
                  chain output {
                    type filter hook output priority 0; policy accept;
                    oifname "lo" accept
                    meta nfproto ipv6 goto refused
                    jump sent
                  }
                  chain input {
                    type filter hook input priority 0; policy accept;
                    iifname "lo" accept
                    meta nfproto ipv6 drop
                    icmp type { destination-unreachable, time-exceeded } accept
                    jump got
                  }
                }
                """.formatted(
                        Ruleset.list(Stream.concat(
                                Reserved.NEVER.stream(), hosts.stream().filter(own -> !own.isIn(Reserved.NEVER)))),
                        Ruleset.list(Reserved.ALL.stream()),
                        RESOLVER,
                        Ruleset.lines(PolicyRules.sent(policy, Optional.empty())),
                        Ruleset.lines(PolicyRules.got(policy, Optional.empty())));
    }

    @Override
    public String resolvers() {
        return "nameserver " + RESOLVER + "\n";
    }

    @Override
    public Optional<Refusal> refuses(NetworkConfig policy) {
        return offer.refuses(policy);
    }

    /** Also for who may reach nothing, so that this can change while he lives. */
    @Override
    public Optional<Lease> lease(NetworkConfig policy) throws IOException {
        var name = "net-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());
        var namespace = Files.createFile(directory.resolve(name));
        try {
            run(name, List.of("unshare", "--net=" + namespace, "ip", "link", "set", "lo", "up"));
            connect(name, policy);
            return Optional.of(new Lease(name, namespace, List.of("--low-ports", namespace.toString())));
        } catch (IOException e) {
            try {
                free(name);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Who may reach nothing has nobody who speaks for it, and is alone with its loopback. */
    @Override
    public void connect(String name, NetworkConfig wanted) throws IOException {
        var policy = offer.policy(wanted);
        if (policy.equals(standing.get(name))) {
            return;
        }
        var namespace = directory.resolve(name);
        var rules = Files.writeString(directory.resolve(name + RULES), rules(policy));
        run(name, List.of("nsenter", "--net=" + namespace, "nft", "-f", rules.toString()));
        var proxy = ProcessId.read(directory.resolve(name + PROXY)).filter(ProcessId::alive);
        if (policy.reach() == Policy.Reach.NOTHING) {
            if (proxy.isPresent()) {
                end(proxy.get());
            }
        } else if (proxy.isEmpty()) {
            startProxy(name, namespace);
        }
        standing.put(name, policy);
    }

    private static void end(ProcessId proxy) throws IOException {
        proxy.kill();
        Soon.done(() -> proxy.alive() ? Optional.of(new IOException("slirp4netns does not end")) : Optional.empty());
    }

    /** It lives on when the agent dies, as the sandbox does, so all that it says goes into files. */
    private void startProxy(String name, Path namespace) throws IOException {
        var ready = directory.resolve(name + READY);
        Files.deleteIfExists(ready); // of one that was there before
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
        standing.remove(name);
        var proxy = directory.resolve(name + PROXY);
        ProcessId.read(proxy).ifPresent(ProcessId::kill);
        var namespace = directory.resolve(name);
        if (isMounted(namespace)) {
            run(name, List.of("umount", namespace.toString()));
        }
        Files.deleteIfExists(namespace);
        for (var note : List.of(PROXY, READY, RULES, LOG_FILE)) {
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
