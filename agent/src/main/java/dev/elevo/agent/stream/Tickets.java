package dev.elevo.agent.stream;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.DirectTicket;
import dev.elevo.contract.agent.StreamTarget;
import dev.elevo.contract.agent.TicketRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Tickets to streams: each is good once and for a minute. They are kept by their hashes, and lost with the agent. */
@Singleton
public final class Tickets {
    static final Duration LIFE = Duration.ofSeconds(60);

    private static final int BYTES = 32;
    private static final int MOST = 4096;
    private static final int MOST_OF_SANDBOX = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InstantSource clock;
    private final Map<String, Ticket> issued = new HashMap<>();

    @Inject
    Tickets() {
        this(InstantSource.system());
    }

    Tickets(InstantSource clock) {
        this.clock = clock;
    }

    /** What a ticket opens, and for the pages of whom. */
    public record Ticket(String sandboxId, StreamTarget target, List<String> origins, Instant expiresAt) {
        public boolean allows(String origin) {
            return origins.contains("*") || origins.contains(origin);
        }
    }

    DirectTicket issue(String sandboxId, TicketRequest request) {
        var bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        var token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        var now = clock.instant();
        var ticket = new Ticket(sandboxId, request.target(), request.origins(), now.plus(LIFE));
        synchronized (issued) {
            // Those that are over are told apart from those that never were, for a while.
            issued.values().removeIf(old -> !now.isBefore(old.expiresAt().plus(LIFE)));
            if (issued.size() >= MOST || ofSandbox(sandboxId) >= MOST_OF_SANDBOX) {
                throw new Failure.Refused(
                                ErrorCode.RESOURCE_EXHAUSTED,
                                "There are too many tickets that nobody has used",
                                Map.of("resource", "tickets", "limit", MOST_OF_SANDBOX))
                        .asException();
            }
            issued.put(hash(token), ticket);
        }
        return new DirectTicket(token, ticket.expiresAt());
    }

    private long ofSandbox(String sandboxId) {
        return issued.values().stream()
                .filter(ticket -> ticket.sandboxId().equals(sandboxId))
                .count();
    }

    /** Whoever presents it has used it up. Throws 1004 for one that is not ours or not any more, and 1003 for one that is over. */
    public Ticket redeem(String token) {
        Ticket ticket;
        synchronized (issued) {
            ticket = issued.remove(hash(token));
        }
        if (ticket == null) {
            throw new Failure.Refused(ErrorCode.INVALID_TOKEN, "The ticket is not known, or was used already")
                    .asException();
        }
        if (!clock.instant().isBefore(ticket.expiresAt())) {
            throw new Failure.Refused(ErrorCode.TOKEN_EXPIRED, "The ticket has expired").asException();
        }
        return ticket;
    }

    /** By which a ticket is kept: who reads the memory has none. */
    public static String hash(String token) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
