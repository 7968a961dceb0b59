package dev.elevo.agent.network;

import dev.elevo.agent.dns.NameServer;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The addresses that names have opened to one sandbox. No change of its policy can come between a name and its address. */
final class Openings implements NameServer.Guard {
    /** As many as the firewall's set of them has room for. */
    static final int MOST = 4096;

    private static final int DNS_PORT = 53;
    private static final Duration SHORTEST = Duration.ofMinutes(5);
    /** Who was told an address keeps it a little longer than he was told. */
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final Resolvers hosts;
    private final Door door;
    private final InstantSource clock;
    private final Map<Cidr, Opening> open = new HashMap<>();
    private volatile Policy policy;

    interface Door {
        void open(Map<Cidr, Duration> addresses) throws IOException;
    }

    interface Change {
        /**
         * Makes the firewall follow.
         *
         * @param still those that stay open, and how long
         */
        void to(Policy policy, Map<Cidr, Duration> still) throws IOException;
    }

    /** @param entries of the list that have led there */
    private record Opening(Instant until, Set<String> entries) {}

    Openings(Policy policy, Resolvers hosts, Door door, InstantSource clock) {
        this.policy = policy;
        this.hosts = hosts;
        this.door = door;
        this.clock = clock;
    }

    @Override
    public boolean knows(String name) {
        return entryFor(policy, name) != null;
    }

    private static @Nullable String entryFor(Policy policy, String name) {
        return policy.domains().flatMap(domains -> domains.entryFor(name)).orElse(null);
    }

    /** Those that the sandbox named, if any of them is somebody we may ask in its name, or the host's. */
    @Override
    public List<InetSocketAddress> servers() throws IOException {
        var named = policy.servers().orElse(List.of());
        var servers = new ArrayList<InetSocketAddress>();
        for (var server : named) {
            if (hosts.has(server) || !isThisHost(server)) {
                servers.add(socket(server.toString()));
            }
        }
        if (servers.isEmpty()) {
            for (var server : hosts.addresses()) {
                servers.add(socket(server));
            }
        }
        return servers;
    }

    private static InetSocketAddress socket(String literal) {
        return new InetSocketAddress(Inet4Address.ofLiteral(literal), DNS_PORT);
    }

    /** We are no way for a sandbox to reach what listens here. */
    private static boolean isThisHost(Cidr server) throws SocketException, UnknownHostException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName(server.toString())) != null;
    }

    @Override
    public synchronized List<Inet4Address> admit(String name, List<Inet4Address> found, Duration told)
            throws IOException {
        var entry = entryFor(policy, name);
        if (entry == null) {
            return List.of();
        }
        var now = clock.instant();
        var admitted = found.stream()
                .filter(address -> policy.allows(Cidr.of(address)) || policy.mayOpen(Cidr.of(address)))
                .toList();
        var needed = admitted.stream()
                .map(Cidr::of)
                .filter(address -> !policy.allows(address))
                .toList();
        open(needed.stream().filter(address -> isShort(address, now.plus(told))).toList(), told, now);
        needed.forEach(address -> remembered(address).entries().add(entry));
        return admitted;
    }

    private boolean isShort(Cidr address, Instant needed) {
        var known = open.get(address);
        return known == null || known.until().isBefore(needed);
    }

    private void open(Collection<Cidr> addresses, Duration told, Instant now) throws IOException {
        if (addresses.isEmpty()) {
            return;
        }
        forgetEnded(now);
        if (open.size() + addresses.size() > MOST) {
            throw new IOException("more than " + MOST + " addresses at once");
        }
        var time = (told.compareTo(SHORTEST) < 0 ? SHORTEST : told).plus(GRACE);
        var until = now.plus(time);
        var asked = new HashMap<Cidr, Duration>();
        addresses.forEach(address -> asked.put(address, time));
        door.open(asked);
        // Not as long as it is open: what is asked for just before its end gets more.
        addresses.forEach(address -> open.put(
                address,
                new Opening(
                        until, open.containsKey(address) ? remembered(address).entries() : new HashSet<>())));
    }

    private Opening remembered(Cidr address) {
        return Objects.requireNonNull(open.get(address));
    }

    private void forgetEnded(Instant now) {
        open.values().removeIf(opening -> opening.until().isBefore(now));
    }

    /** What the new list leads to as well stays open. */
    synchronized void follow(Policy next, Change change) throws IOException {
        var now = clock.instant();
        forgetEnded(now);
        var still = new HashMap<Cidr, Duration>();
        open.forEach((address, opening) -> {
            opening.entries().retainAll(next.domains().map(Domains::patterns).orElse(List.of()));
            if (!opening.entries().isEmpty() && next.mayOpen(address)) {
                still.put(address, Duration.between(now, opening.until()));
            }
        });
        // First, for a change that fails half way must not open more.
        policy = next;
        open.keySet().retainAll(still.keySet());
        change.to(next, still);
    }
}
