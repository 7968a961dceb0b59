package dev.elevo.agent.process;

import dev.elevo.agent.stream.Tickets;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.process.RunRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Commands that somebody was let in for and has not come to run yet. Each is good once, and soon. */
final class RunTickets {
    static final Duration LIFE = Duration.ofSeconds(60);

    private static final int TOKEN_BYTES = 24;
    private static final int MOST = 1000;
    private static final int MOST_OF_SANDBOX = 100;
    private static final long MOST_CHARACTERS = 16 << 20;

    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Wanted> issued = new LinkedHashMap<>();
    private long characters;

    RunTickets(InstantSource clock) {
        this.clock = clock;
    }

    /** What a ticket is for. */
    record Wanted(String sandboxId, RunRequest request, Instant expiresAt) {
        long characters() {
            var length = request.command().length()
                    + (long) Objects.requireNonNullElse(request.input(), "").length();
            return length
                    + Objects.requireNonNullElse(request.args(), List.<String>of()).stream()
                            .mapToLong(String::length)
                            .sum()
                    + Objects.requireNonNullElse(request.env(), Map.<String, String>of()).entrySet().stream()
                            .mapToLong(variable -> variable.getKey().length()
                                    + variable.getValue().length())
                            .sum();
        }
    }

    synchronized String issue(String sandboxId, RunRequest request) {
        forgetOld();
        var wanted = new Wanted(sandboxId, request, clock.instant().plus(LIFE));
        if (issued.size() >= MOST || characters + wanted.characters() > MOST_CHARACTERS || hasItsShare(wanted)) {
            throw StartFailures.exhausted("Too many streams were asked for and not begun", "streams")
                    .asException();
        }
        var bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        var ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        issued.put(Tickets.hash(ticket), wanted);
        characters += wanted.characters();
        return ticket;
    }

    /** No sandbox takes the place of all the others. */
    private boolean hasItsShare(Wanted wanted) {
        var others = issued.values().stream()
                .filter(other -> other.sandboxId().equals(wanted.sandboxId()))
                .toList();
        return others.size() >= MOST_OF_SANDBOX
                || others.stream().mapToLong(Wanted::characters).sum() + wanted.characters() > MOST_CHARACTERS / 2;
    }

    synchronized Wanted redeem(String ticket) {
        forgetOld();
        var wanted = issued.remove(Tickets.hash(ticket));
        if (wanted == null) {
            throw new Failure.Refused(ErrorCode.INVALID_TOKEN, "The ticket was used before, has expired, or never was")
                    .asException();
        }
        characters -= wanted.characters();
        return wanted;
    }

    private void forgetOld() {
        var now = clock.instant();
        issued.values().removeIf(wanted -> {
            if (now.isBefore(wanted.expiresAt())) {
                return false;
            }
            characters -= wanted.characters();
            return true;
        });
    }
}
