package dev.elevo.agent.network;

import dev.elevo.agent.dns.NameServer;
import dev.elevo.contract.sandbox.NetworkConfig;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    private static final int SPARES = 8;

    /** Several are made in hardly more time than one, and whoever took one is starting something just now. */
    private static final int FEW_SPARES = 4;

    private static final int MOST_AT_ONCE = 16;

    /** The same for those that are not needed any more. */
    private static final long GATHERED_MILLIS = 500;

    private static final Standing UNKNOWN = new Standing(Policy.NOTHING, null, null);

    private final String prefix;
    private final Path directory;
    private final Namespaces namespaces;
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
    private final ConcurrentLinkedQueue<CompletableFuture<Integer>> wanted = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> released = new ConcurrentLinkedQueue<>();
    private final ScheduledThreadPoolExecutor maker = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("networks").daemon().factory());

    /** What holds for one namespace, and who answers names in it. */
    private record Standing(
            Policy policy,
            @Nullable Openings openings,
            @Nullable NameServer names) {}

    private HostNetworks(Path directory, Ruleset rules, Offer offer, Notes notes) {
        this.prefix = rules.interfaces();
        this.directory = directory;
        this.namespaces = new Namespaces(prefix, directory);
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
        var living = namespaces.existing();
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
        var link = rules.link(name(take()));
        try {
            connect(link.name(), policy);
        } catch (IOException | RuntimeException e) {
            release(link.name());
            throw e;
        }
        var path = Namespaces.path(link.name());
        return Optional.of(
                new Lease(link.name(), path, List.of("--network", path.toString(), link.sandbox(), link.host())));
    }

    private int take() throws IOException {
        var spare = spares.poll();
        if (spare != null) {
            stockUp();
            return spare;
        }
        var mine = new CompletableFuture<Integer>();
        wanted.add(mine);
        stockUp();
        try {
            return mine.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!mine.cancel(false) && !mine.isCompletedExceptionally()) {
                release(name(mine.join()));
            }
            throw new IOException("interrupted while a network was made", e);
        } catch (ExecutionException e) {
            throw new IOException("no network could be made", e);
        }
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
                            firewall.run(sameNames ? rules.hold(link, next) : rules.holdOnly(link, next, still)));
            standing.put(link.name(), new Standing(policy, openings, names));
            return;
        }
        if (names != null) {
            names.close();
        }
        standing.put(link.name(), stand(link, policy));
        firewall.run(policy.domains().isPresent() ? rules.holdOnly(link, policy, Map.of()) : rules.hold(link, policy));
    }

    /** Soon: nobody waits for what the kernel takes its time for. */
    @Override
    public void release(String name) {
        released.add(name);
        try {
            var _ = maker.schedule(this::freeReleased, GATHERED_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("network {} stays until the next start: the agent ends", name);
        }
    }

    private void freeReleased() {
        var names = new ArrayList<String>();
        for (var name = released.poll(); name != null; name = released.poll()) {
            names.add(name);
        }
        if (!freed(names) && names.size() > 1) {
            names.forEach(name -> freed(List.of(name)));
        }
    }

    private boolean freed(List<String> names) {
        try {
            free(names);
            return true;
        } catch (IOException e) {
            LOG.warn("networks {} stay until the next start: {}", names, e.getMessage());
            return false;
        }
    }

    private void free(List<String> names) throws IOException {
        if (names.isEmpty()) {
            return;
        }
        var text = new StringBuilder();
        for (var name : names) {
            silence(name);
            text.append(rules.remove(rules.link(name)));
        }
        firewall.run(text.toString());
        for (var name : names) {
            notes.remove(name);
        }
        namespaces.remove(names);
        synchronized (taken) {
            names.forEach(name -> taken.clear(index(name)));
        }
    }

    @Override
    public void sweep(Collection<String> kept) {
        inherited.stream().filter(name -> !kept.contains(name)).forEach(this::release);
        inherited = Set.of();
    }

    @Override
    public void close() throws IOException {
        maker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        maker.close();
        freeReleased();
        free(spares.stream().map(this::name).toList());
        spares.clear();
        for (var name : List.copyOf(standing.keySet())) {
            silence(name);
        }
        if (namespaces.existing().isEmpty()) {
            firewall.lower();
            Files.deleteIfExists(directory.resolve("block"));
        }
    }

    private void stockUp() {
        try {
            maker.execute(this::make);
        } catch (RejectedExecutionException closing) {
            LOG.debug("no more networks: the agent ends");
            refuseWaiting(closing);
        }
    }

    /** For those who wait, and what is missing of the spare ones. */
    private void make() {
        while (!maker.isShutdown() || !wanted.isEmpty()) {
            var count = missing();
            if (count <= 0) {
                return;
            }
            try {
                make(count).forEach(this::handOut);
            } catch (IOException | RuntimeException e) {
                // Whoever needs one next tries again, and is told.
                LOG.warn("no networks: {}", e.getMessage());
                refuseWaiting(e);
                return;
            }
        }
    }

    private int missing() {
        var left = spares.size();
        return wanted.isEmpty() && left > FEW_SPARES ? 0 : Math.min(MOST_AT_ONCE, wanted.size() + SPARES - left);
    }

    private void handOut(int index) {
        for (var next = wanted.poll(); next != null; next = wanted.poll()) {
            if (next.complete(index)) {
                return;
            }
        }
        spares.add(index);
    }

    private void refuseWaiting(Exception why) {
        for (var next = wanted.poll(); next != null; next = wanted.poll()) {
            next.completeExceptionally(why);
        }
    }

    private List<Integer> make(int count) throws IOException {
        var indices = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            indices.add(takeIndex());
        }
        var links = indices.stream().map(this::name).map(rules::link).toList();
        try {
            namespaces.make(links);
            var policy = offer.policy(NetworkConfig.DEFAULT);
            firewall.run(links.stream().map(link -> rules.hold(link, policy)).collect(Collectors.joining()));
            for (var link : links) {
                standing.put(link.name(), stand(link, policy));
                notes.write(link.name(), NetworkConfig.DEFAULT);
            }
            return indices;
        } catch (IOException | RuntimeException e) {
            links.forEach(link -> freed(List.of(link.name())));
            throw e;
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
}
