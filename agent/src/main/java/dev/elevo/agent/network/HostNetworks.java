package dev.elevo.agent.network;

import dev.elevo.agent.driver.Command;
import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Namespaces with one way out: a pair of interfaces, the outer end behind the {@link Firewall}. Making one costs more than
 * starting a sandbox, so some are made before they are needed. Their names carry the home, so that what a killed agent left can
 * be found.
 */
public final class HostNetworks implements Networks {
    private static final Logger LOG = LoggerFactory.getLogger(HostNetworks.class);
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final int SPARES = 4;

    private final String prefix;
    private final Path directory;
    private final Addresses addresses;
    private final Firewall firewall;
    private final Resolvers resolvers;
    private final BitSet taken = new BitSet();
    private int last = -1;
    private final ConcurrentLinkedQueue<Integer> spares = new ConcurrentLinkedQueue<>();
    private final ExecutorService maker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("networks").daemon().factory());

    private HostNetworks(String prefix, Path directory, Addresses addresses, Firewall firewall, Resolvers resolvers) {
        this.prefix = prefix;
        this.directory = directory;
        this.addresses = addresses;
        this.firewall = firewall;
        this.resolvers = resolvers;
    }

    /**
     * Raises the firewall.
     *
     * @param home eight hexadecimal digits that tell this agent from others on the host
     * @throws IOException this host does not let us, or lacks what it takes
     */
    public static HostNetworks open(String home, Path directory) throws IOException {
        Files.createDirectories(directory);
        // An interface's name has 15 characters: "ev", six digits of the home, "-" and up to five of the number.
        var prefix = "ev" + home.substring(0, 6) + "-";
        var addresses = remembered(directory.resolve("block"), home);
        var firewall = new Firewall("elevo_" + home, directory);
        var resolvers = Resolvers.ofHost();
        firewall.raise(prefix, addresses, resolvers);
        return new HostNetworks(prefix, directory, addresses, firewall, resolvers);
    }

    /** Sandboxes that outlived the last agent hold addresses of its block. */
    private static Addresses remembered(Path file, String home) throws IOException {
        if (Files.exists(file)) {
            return new Addresses(Integer.parseInt(Files.readString(file).strip()));
        }
        var chosen = Addresses.free(Integer.parseUnsignedInt(home, 16));
        Files.writeString(file, Integer.toString(chosen.second()));
        return chosen;
    }

    @Override
    public String resolvers() {
        return resolvers.file();
    }

    @Override
    public Optional<Lease> lease(NetworkConfig policy) throws IOException {
        if (!policy.internet()) {
            return Optional.empty();
        }
        var spare = spares.poll();
        var index = spare == null ? make() : spare;
        stockUp();
        return Optional.of(new Lease(name(index), NAMESPACES.resolve(name(index))));
    }

    /** Soon: nobody waits for what the kernel takes its time for. */
    @Override
    public void release(String name) {
        try {
            maker.execute(() -> {
                try {
                    free(name);
                } catch (IOException e) {
                    LOG.warn("network {} stays until the next start: {}", name, e.getMessage());
                }
            });
        } catch (RejectedExecutionException closing) {
            LOG.debug("network {} stays until the next start: the agent ends", name);
        }
    }

    private void free(String name) throws IOException {
        remove(name);
        synchronized (taken) {
            taken.clear(index(name));
        }
    }

    @Override
    public void sweep(Collection<String> kept) throws IOException {
        var found = existing();
        synchronized (taken) {
            kept.forEach(name -> taken.set(index(name)));
            found.forEach(name -> taken.set(index(name)));
        }
        found.stream().filter(name -> !kept.contains(name)).forEach(this::release);
    }

    @Override
    public void close() throws IOException {
        maker.close();
        for (var index = spares.poll(); index != null; index = spares.poll()) {
            free(name(index));
        }
        if (existing().isEmpty()) {
            firewall.lower();
            Files.deleteIfExists(directory.resolve("block"));
        }
    }

    private void stockUp() {
        try {
            maker.execute(() -> {
                try {
                    while (spares.size() < SPARES && !maker.isShutdown()) {
                        spares.add(make());
                    }
                } catch (IOException e) {
                    // Whoever needs one next tries again, and is told.
                    LOG.warn("no spare network: {}", e.getMessage());
                }
            });
        } catch (RejectedExecutionException closing) {
            LOG.debug("no more spare networks: the agent ends");
        }
    }

    private int make() throws IOException {
        var index = takeIndex();
        var name = name(index);
        try {
            ip(name, "host", List.of(), """
                    netns add %1$s
                    link add %1$s type veth peer name eth0 netns %1$s
                    addr add %2$s/30 dev %1$s
                    link set %1$s up
                    """.formatted(name, addresses.host(index)));
            ip(name, "inside", List.of("-netns", name), """
                    link set lo up
                    addr add %s/30 dev eth0
                    link set eth0 up
                    route add default via %s
                    """.formatted(addresses.sandbox(index), addresses.host(index)));
            return index;
        } catch (IOException e) {
            free(name);
            throw e;
        }
    }

    private void ip(String name, String part, List<String> options, String commands) throws IOException {
        var file = Files.writeString(directory.resolve(name + "." + part), commands);
        var log = directory.resolve(name + ".log");
        try {
            var words = new ArrayList<>(List.of("ip"));
            words.addAll(options);
            words.addAll(List.of("-batch", file.toString()));
            Command.run(words, directory, log, TIME);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(log);
        }
    }

    /** The interfaces go with the namespace, once nothing lives in it any more. */
    private void remove(String name) throws IOException {
        if (Files.exists(NAMESPACES.resolve(name))) {
            ip(name, "remove", List.of(), "netns delete " + name + "\n");
        }
    }

    private int takeIndex() throws IOException {
        synchronized (taken) {
            if (taken.cardinality() == Addresses.MOST) {
                throw new IOException("all " + Addresses.MOST + " networks are in use");
            }
            // Round and round: the kernel takes a namespace apart some time after it said that it was deleted.
            var index = taken.nextClearBit(last + 1);
            if (index >= Addresses.MOST) {
                index = taken.nextClearBit(0);
            }
            taken.set(index);
            last = index;
            return index;
        }
    }

    private String name(int index) {
        return prefix + index;
    }

    private int index(String name) {
        return Integer.parseInt(name.substring(prefix.length()));
    }

    private Set<String> existing() throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return Set.of();
        }
        try (var files = Files.list(NAMESPACES)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .collect(Collectors.toUnmodifiableSet());
        }
    }
}
