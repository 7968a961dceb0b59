package dev.elevo.functions.admin.gateway.forward;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Where upstreams may be. The client connects to no address that did not come from here, so a name is resolved once and cannot mean
 * another place a moment later. The operator's own networks are closed unless he opens them: whoever may make routes could else read what
 * only the machine itself may.
 */
@Singleton
final class UpstreamGuard implements DnsResolver {
    /** Of this host, of the network at hand, of nobody: IANA's registries of special addresses. */
    private static final List<Cidr> CLOSED = Cidr.all(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "::/96",
            "::ffff:0:0:0/96",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "5f00::/16",
            "fc00::/7",
            "fe80::/10",
            "fec0::/10",
            "ff00::/8");

    /** Until when the request has time for which a name is looked up. */
    private static final ScopedValue<Long> DEADLINE = ScopedValue.newInstance();

    /** Not virtual ones: the system's lookup holds on to whatever it runs on. They end when nothing is looked up for a while. */
    private static final ExecutorService LOOKUPS = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("upstream-lookup-", 0).daemon().factory());

    private final List<Cidr> opened;
    private final Lookup lookup;

    /** Of a name. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** The address is one that nobody may be led to. */
    static final class ForbiddenException extends UnknownHostException {
        private static final long serialVersionUID = 1;

        ForbiddenException(String host) {
            super("no upstream may be at " + host);
        }
    }

    @Inject
    UpstreamGuard(@Value("${elevo.upstream.allow:}") String opened) {
        this(opened, InetAddress::getAllByName);
    }

    UpstreamGuard(String opened, Lookup lookup) {
        this.opened = Stream.of(opened.split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(Cidr::of)
                .toList();
        this.lookup = lookup;
    }

    /** Something for which names are to be looked up by then: the system itself takes as long as it likes. */
    static <T> T until(long deadlineNanos, Asking<T> asking) throws IOException {
        return ScopedValue.where(DEADLINE, deadlineNanos).call(asking::run);
    }

    /** Something of which a lookup is a part. */
    @FunctionalInterface
    interface Asking<T> {
        T run() throws IOException;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        var allowed = Stream.of(DEADLINE.isBound() ? lookedUp(bare, DEADLINE.get()) : lookup.resolve(bare))
                .filter(this::allows)
                .toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new ForbiddenException(host);
        }
        return allowed;
    }

    private InetAddress[] lookedUp(String host, long deadlineNanos) throws UnknownHostException {
        var looking = LOOKUPS.submit(() -> lookup.resolve(host));
        try {
            return looking.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw unknown(host, e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof UnknownHostException known ? known : unknown(host, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, e);
        }
    }

    private static UnknownHostException unknown(String host, Exception cause) {
        var unknown = new UnknownHostException("no address was found for " + host);
        unknown.initCause(cause);
        return unknown;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    private boolean allows(InetAddress address) {
        if (address instanceof Inet6Address scoped && scoped.getScopedInterface() != null) {
            return false;
        }
        return opened.stream().anyMatch(network -> network.contains(address))
                || CLOSED.stream().noneMatch(network -> network.contains(address));
    }
}
