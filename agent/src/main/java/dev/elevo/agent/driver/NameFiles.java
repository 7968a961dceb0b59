package dev.elevo.agent.driver;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.HelperProcess;
import dev.elevo.agent.helper.Reply;
import dev.elevo.contract.sandbox.NetworkConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The files of a sandbox's {@code /etc} that its network decides, and the note of how they last were.
 *
 * @param resolvers the text of {@code resolv.conf}
 */
record NameFiles(String resolvers, String hosts) {
    private static final String LOOPBACK = "127.0.0.1 localhost sandbox\n";
    private static final Duration TIME = Duration.ofSeconds(10);

    /** @param usual what {@code resolv.conf} says where nobody names servers of his own */
    static NameFiles of(NetworkConfig network, String usual) {
        var servers = network.dnsServers() == null ? List.<String>of() : network.dnsServers();
        var hosts = network.extraHosts() == null ? Map.<String, String>of() : network.extraHosts();
        return new NameFiles(
                servers.isEmpty()
                        ? usual
                        : servers.stream()
                                .map(server -> "nameserver " + server + "\n")
                                .collect(Collectors.joining()),
                LOOPBACK
                        + hosts.entrySet().stream()
                                .map(entry -> entry.getValue() + " " + entry.getKey() + "\n")
                                .collect(Collectors.joining()));
    }

    boolean isNotedIn(Slot slot) throws IOException {
        return Files.exists(file(slot)) && Files.readString(file(slot)).equals(whole());
    }

    void note(Slot slot) throws IOException {
        Files.writeString(file(slot), whole());
    }

    private String whole() {
        return resolvers + hosts;
    }

    private static Path file(Slot slot) {
        return slot.directory().resolve("names");
    }

    /**
     * From inside, where a link leads nowhere else.
     *
     * @throws IOException what is inside did not let it happen
     */
    void write(Slot slot) throws IOException {
        try (var helper = new Helper(slot.helperSocket());
                var process = helper.exec(request())) {
            // A helper that says nothing more must not hold whoever waits for it.
            var limit = CompletableFuture.runAsync(
                    () -> close(process), CompletableFuture.delayedExecutor(TIME.toMillis(), TimeUnit.MILLISECONDS));
            var event = process.next();
            while (!(event instanceof Reply.Ended)) {
                event = process.next();
            }
            limit.cancel(false);
            process.forget();
            if (!(event instanceof Reply.Ended ended) || ended.bySignal() || ended.code() != 0) {
                throw new IOException("its files of names could not be written");
            }
        }
    }

    private static void close(HelperProcess process) {
        try {
            process.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ExecRequest request() {
        return new ExecRequest(
                "root",
                "/etc",
                List.of(
                        "/bin/sh",
                        "-c",
                        "head -c \"$0\" >.resolv.conf && cat >.hosts && mv -f .resolv.conf resolv.conf && mv -f .hosts hosts",
                        Integer.toString(resolvers.getBytes(StandardCharsets.UTF_8).length)),
                Map.of(),
                false,
                new ExecRequest.GivenInput(whole().getBytes(StandardCharsets.UTF_8)),
                null,
                TIME,
                new byte[0]);
    }
}
