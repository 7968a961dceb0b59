package dev.elevo.agent.sandbox;

import dev.elevo.agent.driver.Command;
import dev.elevo.agent.driver.Soon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network that the test owns, with public addresses that nobody's are and a private one. On the host's own network it is a namespace
 * of its own, to which only these addresses lead, and it is found by its name when a test was killed; on a network of the test's own
 * the addresses are simply there.
 */
final class Internet implements AutoCloseable {
    private static final Duration TIME = Duration.ofSeconds(10);
    private static final String PREFIX = "elvt";

    private final Path directory;
    private final boolean isHosts;
    private final String name = PREFIX + ProcessHandle.current().pid() % 10_000_000;
    private final int low = (int) (ProcessHandle.current().pid() & 0xff);
    private final int high = (int) ((ProcessHandle.current().pid() >> 8) & 0xff);
    private final Process program;

    /** @param names as {@link FakeInternet} takes them */
    Internet(Path directory, boolean isHosts, String... names) throws IOException {
        this.directory = directory;
        this.isHosts = isHosts;
        if (isHosts) {
            removeForgotten();
            make(addresses());
        }
        show();
        program = start(addresses(), names);
    }

    /** Public. */
    String address(int number) {
        return "25." + high + "." + low + "." + number;
    }

    String network() {
        return "25." + high + "." + low + ".0/24";
    }

    /** Behind somebody's router. */
    String hidden() {
        return "172.29." + high + "." + low;
    }

    private void make(List<String> addresses) throws IOException {
        var host = "198.18." + high + "." + ((low & 0xfc) | 1);
        var peer = "198.18." + high + "." + ((low & 0xfc) | 2);
        ip("netns", "add", name);
        ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
        ip("address", "add", host + "/30", "dev", name);
        ip("link", "set", name, "up");
        ip("-n", name, "link", "set", "lo", "up");
        ip("-n", name, "address", "add", peer + "/30", "dev", "eth0");
        ip("-n", name, "link", "set", "eth0", "up");
        for (var address : addresses) {
            ip("-n", name, "address", "add", address + "/32", "dev", "lo");
            ip("route", "replace", address + "/32", "via", peer);
        }
    }

    /** An agent takes the addresses that it finds on its own network for those of its host. */
    void hide() throws IOException {
        if (!isHosts) {
            for (var address : addresses()) {
                ip("address", "delete", address + "/32", "dev", "lo");
            }
        }
    }

    void show() throws IOException {
        if (!isHosts) {
            for (var address : addresses()) {
                ip("address", "replace", address + "/32", "dev", "lo");
            }
        }
    }

    private List<String> addresses() {
        return List.of(address(1), address(2), address(3), hidden());
    }

    private Process start(List<String> addresses, String... names) throws IOException {
        var words = new ArrayList<String>();
        if (isHosts) {
            words.addAll(List.of("ip", "netns", "exec", name));
        }
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx32m",
                "-cp",
                System.getProperty("java.class.path"),
                FakeInternet.class.getName(),
                String.join(",", addresses)));
        Stream.of(names).map(this::spelled).forEach(words::add);
        var said = directory.resolve("internet.log");
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        Soon.ready("the internet", process, said, () -> Files.readString(said).contains("ready"));
        return process;
    }

    private String spelled(String name) {
        return name.replace("@1", address(1))
                .replace("@2", address(2))
                .replace("@3", address(3))
                .replace("@hidden", hidden());
    }

    private void ip(String... words) throws IOException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(words));
        Command.run(command, directory, directory.resolve("ip.log"), TIME);
    }

    private void removeForgotten() throws IOException {
        if (!Files.isDirectory(Path.of("/run/netns"))) {
            return;
        }
        try (var files = Files.list(Path.of("/run/netns"))) {
            for (var found : files.map(file -> file.getFileName().toString()).toList()) {
                if (found.matches(PREFIX + "\\d+")
                        && ProcessHandle.of(Long.parseLong(found.substring(PREFIX.length())))
                                .isEmpty()) {
                    ip("netns", "delete", found);
                }
            }
        }
    }

    /** The routes go with the pair, and the pair with the namespace. */
    @Override
    public void close() throws IOException {
        program.destroyForcibly().onExit().join();
        if (isHosts) {
            ip("netns", "delete", name);
        }
    }
}
