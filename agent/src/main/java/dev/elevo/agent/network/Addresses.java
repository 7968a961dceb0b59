package dev.elevo.agent.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The addresses of this agent's sandboxes: four for each, out of one sixteen-bit block of {@code 10.0.0.0/8}.
 *
 * @param second the second number of the block
 */
record Addresses(int second) {
    static final int MOST = 16_384;

    private static final int FIRST_BLOCK = 128;
    private static final int BLOCKS = 126;
    private static final int TEN = 10;

    /** The first block from a starting point of our own that the host has no route into. */
    static Addresses free(int seed) throws IOException {
        var routes = Files.readAllLines(Path.of("/proc/net/route")).stream()
                .skip(1)
                .map(Route::parse)
                .filter(route -> route.mask() != 0)
                .toList();
        for (var tried = 0; tried < BLOCKS; tried++) {
            var candidate = new Addresses(FIRST_BLOCK + Math.floorMod(seed + tried, BLOCKS));
            if (routes.stream().noneMatch(route -> route.overlaps(candidate.block()))) {
                return candidate;
            }
        }
        throw new IOException("no free block of addresses in 10.128.0.0/9");
    }

    String network() {
        return "10." + second + ".0.0/16";
    }

    String host(int index) {
        return address(index, 1);
    }

    String sandbox(int index) {
        return address(index, 2);
    }

    private String address(int index, int offset) {
        var low = index * 4 + offset;
        return "10." + second + "." + (low >> 8) + "." + (low & 0xff);
    }

    private int block() {
        return TEN << 24 | second << 16;
    }

    private record Route(int destination, int mask) {
        private static final int DESTINATION = 1;
        private static final int MASK = 7;
        private static final int SIXTEEN_BITS = 0xffff0000;

        static Route parse(String line) {
            var fields = List.of(line.strip().split("\\s+"));
            return new Route(number(fields.get(DESTINATION)), number(fields.get(MASK)));
        }

        boolean overlaps(int block) {
            var common = mask & SIXTEEN_BITS;
            return (destination & common) == (block & common);
        }

        /** The kernel prints the bytes of the network's order as one number of the machine's. */
        private static int number(String hex) {
            return Integer.reverseBytes(Integer.parseUnsignedInt(hex, 16));
        }
    }

    /** Whether the text is an address, and not a name that somebody would have to look up. */
    static boolean isLiteral(String text) {
        try {
            return text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == '.' || c == ':')
                    && InetAddress.getByName(text) != null;
        } catch (UnknownHostException notAnAddress) {
            return false;
        }
    }
}
