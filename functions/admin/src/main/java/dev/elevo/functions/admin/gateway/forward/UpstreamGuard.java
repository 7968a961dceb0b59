package dev.elevo.functions.admin.gateway.forward;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
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

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        var bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        var allowed = Stream.of(lookup.resolve(bare)).filter(this::allows).toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new ForbiddenException(host);
        }
        return allowed;
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
