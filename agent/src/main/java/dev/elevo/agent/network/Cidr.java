package dev.elevo.agent.network;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** An IPv4 network, or one address, whose bits then all count. */
record Cidr(int address, int prefix) {
    private static final int BITS = 32;
    private static final int BITS_OF_IPV6 = 128;
    private static final String BYTE = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(" + BYTE + "\\.){3}" + BYTE);
    private static final Pattern IPV6_LOOK = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");

    Cidr {
        if (prefix < 0 || prefix > BITS) {
            throw new IllegalArgumentException("no prefix of an IPv4 network: " + prefix);
        }
        address &= mask(prefix);
    }

    static Cidr of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not of IPv4: " + text));
    }

    /**
     * Reads a network, or an address for itself.
     *
     * @return empty for one of IPv6, of which nothing leaves a sandbox
     * @throws IllegalArgumentException it is neither
     */
    static Optional<Cidr> parse(String text) {
        var slash = text.indexOf('/');
        var address = slash < 0 ? text : text.substring(0, slash);
        var isOld = IPV4.matcher(address).matches();
        if (!isOld && !isIpv6(address)) {
            throw new IllegalArgumentException("not an address: " + text);
        }
        var prefix = slash < 0 ? BITS : prefix(text.substring(slash + 1), isOld ? BITS : BITS_OF_IPV6);
        return isOld ? Optional.of(new Cidr(number(address), prefix)) : Optional.empty();
    }

    private static boolean isIpv6(String address) {
        // With a colon in it Java takes it as a literal, and never as a name to look up.
        return IPV6_LOOK.matcher(address).matches() && Inet6Address.ofLiteral(address) != null;
    }

    private static int prefix(String text, int most) {
        if (!PREFIX.matcher(text).matches() || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException("not a prefix: " + text);
        }
        return Integer.parseInt(text);
    }

    private static int number(String address) {
        return number(Inet4Address.ofLiteral(address));
    }

    private static int number(Inet4Address address) {
        var bytes = address.getAddress();
        return IntStream.range(0, bytes.length)
                .map(i -> (bytes[i] & 0xff) << (24 - 8 * i))
                .sum();
    }

    static Cidr of(Inet4Address address) {
        return new Cidr(number(address), BITS);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << (BITS - prefix);
    }

    boolean contains(Cidr other) {
        return prefix <= other.prefix && (other.address & mask(prefix)) == address;
    }

    boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    boolean isIn(List<Cidr> networks) {
        return networks.stream().anyMatch(network -> network.contains(this));
    }

    /** As the firewall reads it. */
    @Override
    public String toString() {
        return words() + (prefix == BITS ? "" : "/" + prefix);
    }

    private String words() {
        return (address >>> 24) + "." + (address >>> 16 & 0xff) + "." + (address >>> 8 & 0xff) + "." + (address & 0xff);
    }
}
