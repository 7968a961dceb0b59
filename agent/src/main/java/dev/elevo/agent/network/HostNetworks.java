package dev.elevo.agent.network;

import dev.elevo.agent.dns.NameServer;
import dev.elevo.agent.driver.Command;
import dev.elevo.contract.sandbox.NetworkConfig;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
    private static final Standing UNKNOWN = new Standing(Policy.NOTHING, null, null);

    private final String prefix;
    private final Path directory;
    private final Firewall firewall;
    private final Ruleset rules;
    private final Offer offer;
    private final Notes notes;
    private final Map<String, Standing> standing = new ConcurrentHashMap<>();
    private final BitSet taken = new BitSet();
    private int last = -1;
    /** From an earlier agent, until it is known which of them a sandbox lives in. */
    private volatile Set<String> inherited = Set.of();

    private final ConcurrentLinkedQueue<Integer> spares = new ConcurrentLinkedQueue<>();
    private final ExecutorService maker = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("networks").daemon().factory());

    /** What holds for one namespace, and who answers names in it. */
    private record Standing(
            Policy policy,
            @Nullable Openings openings,
            @Nullable NameServer names) {}

    private HostNetworks(Path directory, Ruleset rules, Offer offer, Notes notes) {
        this.prefix = rules.interfaces();
        this.directory = directory;
        this.rules = rules;
        this.firewall = new Firewall(rules, directory);
        this.offer = offer;
        this.notes = notes;
    }

    /**
     * Raises the firewall.
     *
     * @param home eight hexadecimal digits that tell this agent from others on the host
     * @throws IOException this host does not let us, or lacks what it takes
     */
    public static HostNetworks open(String home, Path directory, PrivateNetworks open, ObjectMapper json)
            throws IOException {
        Files.createDirectories(directory);
        // An interface's name has 15 characters: "ev", six digits of the home, "-" and up to five of the number.
        var prefix = "ev" + home.substring(0, 6) + "-";
        var addresses = remembered(directory.resolve("block"), home);
        var resolvers = Resolvers.ofHost();
        var networks = new HostNetworks(
                directory,
                new Ruleset("elevo_" + home, prefix, addresses, resolvers),
                new Offer(open, resolvers, true),
                new Notes(directory, json));
        networks.raise();
        return networks;
    }

    /** What an earlier agent was told holds on. Of what cannot be read nothing does. */
    private void raise() throws IOException {
        var living = existing();
        inherited = living;
        living.forEach(name -> taken.set(index(name)));
        var text = new StringBuilder();
        for (var name : notes.names()) {
            if (!living.contains(name)) {
                notes.remove(name);
            }
        }
        for (var name : living) {
            var policy = noted(name);
            text.append(rules.hold(rules.link(name), policy));
            try {
                standing.put(name, stand(rules.link(name), policy));
            } catch (IOException e) {
                LOG.error("network {} gets no answers to its names", name, e);
                standing.put(name, new Standing(policy, null, null));
            }
        }
        firewall.raise(text.toString());
    }

    private Policy noted(String name) {
        try {
            return notes.read(name).map(offer::policy).orElse(Policy.NOTHING);
        } catch (IOException | RuntimeException e) {
            LOG.error("network {} is closed: what it may be is not known", name, e);
            return Policy.NOTHING;
        }
    }

    private Standing stand(Ruleset.Link link, Policy policy) throws IOException {
        if (policy.domains().isEmpty()) {
            return new Standing(policy, null, null);
        }
        var openings = new Openings(
                policy,
                rules.resolvers(),
                addresses -> firewall.run(rules.open(link, addresses)),
                InstantSource.system());
        var names = NameServer.open(
                new InetSocketAddress(Inet4Address.ofLiteral(link.host()), Ruleset.NAMES_PORT),
                Inet4Address.ofLiteral(link.sandbox()),
                openings);
        return new Standing(policy, openings, names);
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
        return rules.resolvers().file();
    }

    @Override
    public Optional<Refusal> refuses(NetworkConfig policy) {
        return offer.refuses(policy);
    }

    /** Also for who may reach nothing, so that this can change while he lives. */
    @Override
    public Optional<Lease> lease(NetworkConfig policy) throws IOException {
        var spare = spares.poll();
        var name = name(spare == null ? make() : spare);
        stockUp();
        try {
            connect(name, policy);
        } catch (IOException | RuntimeException e) {
            release(name);
            throw e;
        }
        return Optional.of(new Lease(name, NAMESPACES.resolve(name)));
    }

    @Override
    public void connect(String name, NetworkConfig wanted) throws IOException {
        var policy = offer.policy(wanted);
        var before = standing.get(name);
        if (before != null && before.policy().equals(policy)) {
            return;
        }
        try {
            change(rules.link(name), before == null ? UNKNOWN : before, policy);
            notes.write(name, wanted);
        } catch (IOException | RuntimeException e) {
            // Then nothing is known of it, and the next word on it counts, whatever it is.
            silence(name);
            throw e;
        }
    }

    private void silence(String name) throws IOException {
        var last = standing.remove(name);
        if (last != null && last.names() != null) {
            last.names().close();
        }
    }

    private void change(Ruleset.Link link, Standing before, Policy policy) throws IOException {
        var names = before.names();
        var openings = before.openings();
        if (openings != null && policy.domains().isPresent()) {
            var sameNames = before.policy().domains().equals(policy.domains());
            openings.follow(
                    policy,
                    (next, still) ->
                            firewall.run(rules.hold(link, next) + (sameNames ? "" : rules.openOnly(link, still))));
            standing.put(link.name(), new Standing(policy, openings, names));
            return;
        }
        if (names != null) {
            names.close();
        }
        standing.put(link.name(), stand(link, policy));
        firewall.run(rules.hold(link, policy) + (policy.domains().isPresent() ? rules.openOnly(link, Map.of()) : ""));
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
        silence(name);
        firewall.run(rules.remove(rules.link(name)));
        notes.remove(name);
        remove(name);
        synchronized (taken) {
            taken.clear(index(name));
        }
    }

    @Override
    public void sweep(Collection<String> kept) {
        inherited.stream().filter(name -> !kept.contains(name)).forEach(this::release);
        inherited = Set.of();
    }

    @Override
    public void close() throws IOException {
        maker.close();
        for (var index = spares.poll(); index != null; index = spares.poll()) {
            free(name(index));
        }
        for (var name : List.copyOf(standing.keySet())) {
            silence(name);
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
                    """.formatted(name, rules.addresses().host(index)));
            ip(name, "inside", List.of("-netns", name), """
                    link set lo up
                    addr add %s/30 dev eth0
                    link set eth0 up
                    route add default via %s
                    """.formatted(
                            rules.addresses().sandbox(index), rules.addresses().host(index)));
            connect(name, NetworkConfig.DEFAULT);
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
