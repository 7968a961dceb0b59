package dev.elevo.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The name servers that sandboxes ask: the host's, when a sandbox can reach them at all. */
record Resolvers(List<String> addresses) {
    private static final String METADATA = "169.254.169.254";
    private static final List<String> PUBLIC = List.of("1.1.1.1", "8.8.8.8");
    private static final String KEYWORD = "nameserver";

    static Resolvers ofHost() throws IOException {
        // Where systemd-resolved answers on the loopback, this file names whom it asks.
        var behindStub = Path.of("/run/systemd/resolve/resolv.conf");
        var file = Files.exists(behindStub) ? behindStub : Path.of("/etc/resolv.conf");
        var usable = Files.exists(file) ? usable(Files.readAllLines(file)) : List.<String>of();
        return new Resolvers(usable.isEmpty() ? PUBLIC : usable);
    }

    private static List<String> usable(List<String> lines) {
        return lines.stream()
                .map(String::strip)
                .filter(line -> line.startsWith(KEYWORD))
                .map(line -> line.substring(KEYWORD.length()).strip())
                .filter(Addresses::isLiteral)
                .filter(address -> !address.contains(":") && !address.startsWith("127."))
                // Some clouds answer names at the address that also hands out the machine's credentials.
                .filter(address -> !address.equals(METADATA))
                .toList();
    }

    boolean has(Cidr server) {
        return addresses.contains(server.toString());
    }

    String file() {
        return String.join(
                "",
                addresses.stream()
                        .map(address -> KEYWORD + " " + address + "\n")
                        .toList());
    }
}
