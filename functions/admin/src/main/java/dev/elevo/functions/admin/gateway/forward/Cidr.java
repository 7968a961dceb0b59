package dev.elevo.functions.admin.gateway.forward;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** A network of either family. */
record Cidr(List<Byte> network, int prefix) {

    /** @throws IllegalArgumentException it is none */
    static Cidr of(String text) {
        var slash = text.indexOf('/');
        var address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                .getAddress();
        var most = address.length * 8;
        var prefix = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
        if (prefix < 0 || prefix > most) {
            throw new IllegalArgumentException("no network: " + text);
        }
        return new Cidr(boxed(address), prefix);
    }

    boolean contains(InetAddress address) {
        var other = address.getAddress();
        if (other.length != network.size()) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            var mask = 0x80 >> (bit % 8);
            if ((network.get(bit / 8) & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    static List<Cidr> all(String... texts) {
        return Arrays.stream(texts).map(Cidr::of).toList();
    }

    private static List<Byte> boxed(byte[] bytes) {
        var boxed = new Byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            boxed[i] = bytes[i];
        }
        return List.of(boxed);
    }
}
