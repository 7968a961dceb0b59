package dev.elevo.agent.driver;

import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * How a sandbox finds others by name: a layer over its template, with two files. They can be written anew while it runs; what it
 * has changed itself stays as it is.
 */
final class Names {
    static final String LAYER = "names";

    private Names() {}

    /** @param resolvers what is asked where the sandbox names none */
    static void write(Slot slot, NetworkConfig network, String resolvers, int owner) throws IOException {
        var layer = slot.directory().resolve(LAYER);
        var etc = Files.createDirectories(layer.resolve("etc"));
        for (var directory : new Path[] {layer, etc}) {
            Templates.mode(directory, "rwxr-xr-x");
            Templates.own(directory, owner);
        }
        var servers = network.dnsServers();
        var asked = servers == null || servers.isEmpty()
                ? resolvers
                : servers.stream().map(server -> "nameserver " + server + "\n").collect(Collectors.joining());
        var hosts = network.extraHosts();
        var extra = hosts == null
                ? ""
                : hosts.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey() + "\n")
                        .collect(Collectors.joining());
        text(etc.resolve("resolv.conf"), asked, owner);
        text(etc.resolve("hosts"), "127.0.0.1 localhost sandbox\n" + extra, owner);
    }

    private static void text(Path file, String words, int owner) throws IOException {
        Files.writeString(file, words);
        Templates.mode(file, "rw-r--r--");
        Templates.own(file, owner);
    }
}
