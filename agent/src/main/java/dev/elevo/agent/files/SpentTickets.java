package dev.elevo.agent.files;

import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.contract.agent.TransferTicket;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Which tickets for an upload were used: each is good for one. They are kept beside the sandbox, as long as they would be valid. */
@Singleton
final class SpentTickets {
    private static final String FILE = "uploads";

    private final ProcessHosts hosts;
    private final Map<String, Map<String, Long>> bySandbox = new HashMap<>();

    SpentTickets(ProcessHosts hosts) {
        this.hosts = hosts;
    }

    /** Takes it for an upload that begins; false when it was used, or is. */
    synchronized boolean take(TransferTicket ticket, Path directory) throws IOException {
        bySandbox.keySet().removeIf(id -> hosts.find(id).isEmpty());
        var spent = spent(ticket.sandboxId(), directory);
        var now = Instant.now().toEpochMilli();
        spent.values().removeIf(expiry -> expiry < now);
        return spent.putIfAbsent(ticket.nonce(), ticket.expiresAt().toEpochMilli()) == null;
    }

    /** The upload came to nothing. */
    synchronized void giveBack(TransferTicket ticket) {
        var spent = bySandbox.get(ticket.sandboxId());
        if (spent != null) {
            spent.remove(ticket.nonce());
        }
    }

    /** It is done; nobody forgets that by a restart. */
    synchronized void spend(TransferTicket ticket, Path directory) throws IOException {
        var line = ticket.nonce() + " " + ticket.expiresAt().toEpochMilli() + "\n";
        Files.writeString(directory.resolve(FILE), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Map<String, Long> spent(String sandboxId, Path directory) throws IOException {
        var known = bySandbox.get(sandboxId);
        if (known == null) {
            known = read(directory.resolve(FILE));
            bySandbox.put(sandboxId, known);
        }
        return known;
    }

    private static Map<String, Long> read(Path file) throws IOException {
        var spent = new HashMap<String, Long>();
        try {
            for (var line : Files.readAllLines(file)) {
                var parts = line.split(" ", 2);
                if (parts.length == 2) { // a line that was cut off by a crash belongs to an upload nobody was told of
                    spent.put(parts[0], Long.parseLong(parts[1]));
                }
            }
        } catch (NoSuchFileException none) {
            return spent;
        }
        return spent;
    }
}
