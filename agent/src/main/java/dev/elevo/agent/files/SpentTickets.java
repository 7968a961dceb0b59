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
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which tickets for an upload were used: each is good for one. They are kept beside the sandbox, as long as they would be valid. */
@Singleton
final class SpentTickets {
    private static final String FILE = "uploads";

    /** What it is known by, and until when. */
    private static final Pattern LINE = Pattern.compile("(\\S+) (\\d{1,15})");

    private final ProcessHosts hosts;
    private final Map<String, Map<String, Long>> bySandbox = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();

    /** What becomes of an upload that wants to begin. Whoever lost an answer goes by it: only what is used is there. */
    enum Use {
        BEGINS,
        IN_USE,
        USED
    }

    SpentTickets(ProcessHosts hosts) {
        this.hosts = hosts;
    }

    /** Takes it for an upload that begins, unless it is taken. */
    synchronized Use take(TransferTicket ticket, Path directory) throws IOException {
        bySandbox.keySet().removeIf(id -> hosts.find(id).isEmpty());
        var spent = spent(ticket.sandboxId(), directory);
        var now = Instant.now().toEpochMilli();
        spent.values().removeIf(expiry -> expiry < now);
        if (spent.containsKey(ticket.nonce())) {
            return Use.USED;
        }
        return underWay.add(ticket.nonce()) ? Use.BEGINS : Use.IN_USE;
    }

    /** The upload has ended; what came to nothing may begin again. */
    synchronized void release(TransferTicket ticket) {
        underWay.remove(ticket.nonce());
    }

    /** It is done; nobody forgets that by a restart. */
    synchronized void spend(TransferTicket ticket, Path directory) throws IOException {
        var expiry = ticket.expiresAt().toEpochMilli();
        spent(ticket.sandboxId(), directory).put(ticket.nonce(), expiry);
        // On a line of its own, even where the last one was cut off.
        var line = "\n" + ticket.nonce() + " " + expiry + "\n";
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
                var whole = LINE.matcher(line);
                if (whole.matches()) { // one that was cut off belongs to an upload nobody was told of
                    spent.put(whole.group(1), Long.parseLong(whole.group(2)));
                }
            }
        } catch (NoSuchFileException none) {
            return spent;
        }
        return spent;
    }
}
