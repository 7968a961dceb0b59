package dev.elevo.agent.http;

import dev.elevo.agent.ControlKey;
import dev.elevo.agent.sandbox.SandboxSecrets;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Operation;
import dev.elevo.contract.agent.TransferTicket;
import jakarta.inject.Singleton;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks every call for its capability. Checking a signature costs more than many calls do, so good ones are remembered. */
@Singleton
final class Gate {
    private static final int MOST_REMEMBERED = 2000;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final ControlKey key;
    private final SandboxSecrets secrets;
    private final RefusalBook book;
    private final Map<String, Capability> verified = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Capability> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    Gate(ControlKey key, SandboxSecrets secrets, RefusalBook book) {
        this.key = key;
        this.secrets = secrets;
        this.book = book;
    }

    /** Passes, or throws what the client is told. */
    void admit(@Nullable String token, String sandboxId, Operation operation) {
        var signer = key();
        try {
            check(token, sandboxId, operation, signer);
        } catch (ApiException refused) {
            if (!isForNobody(token, sandboxId)) {
                book.note(sandboxId, operation, refused.failure().code());
            }
            throw refused;
        }
    }

    /** The control plane itself does not know what a host has forgotten, and then comes again with a signature. */
    private boolean isForNobody(@Nullable String token, String sandboxId) {
        return token != null
                && Capability.isSealed(token)
                && secrets.of(sandboxId).isEmpty();
    }

    private PublicKey key() {
        return key.get()
                .orElseThrow(
                        () -> new Failure.Unavailable("Nobody has been given this machine yet", RETRY).asException());
    }

    private void check(@Nullable String token, String sandboxId, Operation operation, PublicKey signer) {
        var now = Instant.now();
        var capability = token == null ? null : known(token, sandboxId, signer);
        if (capability == null) {
            throw refused(ErrorCode.INVALID_TOKEN, "No capability of this host's control plane");
        }
        if (!now.isBefore(capability.expiresAt())) {
            throw refused(ErrorCode.TOKEN_EXPIRED, "The capability has expired");
        }
        if (!capability.sandboxId().equals(sandboxId)) {
            // Whether the other sandbox exists is none of the caller's business.
            throw new Failure.Refused(ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", sandboxId))
                    .asException();
        }
        if (!capability.allows(sandboxId, operation, now)) {
            throw refused(ErrorCode.INSUFFICIENT_SCOPE, "The capability is not for this");
        }
    }

    /** What a ticket of the control plane says, as long as it holds. */
    TransferTicket ticket(String token) {
        var ticket = TransferTicket.verify(token, key())
                .orElseThrow(() -> refusedTicket(ErrorCode.INVALID_TOKEN, "No address of this service"));
        if (!Instant.now().isBefore(ticket.expiresAt())) {
            throw refusedTicket(ErrorCode.TOKEN_EXPIRED, "The time of this address is over");
        }
        return ticket;
    }

    private @Nullable Capability known(String token, String sandboxId, PublicKey signer) {
        return Capability.isSealed(token) ? opened(token, sandboxId) : verified(token, signer);
    }

    /** A secret speaks for its own sandbox only, whatever it was used to seal. */
    private @Nullable Capability opened(String token, String sandboxId) {
        return secrets.of(sandboxId)
                .flatMap(secret -> Capability.open(token, secret))
                .filter(capability -> capability.sandboxId().equals(sandboxId))
                .orElse(null);
    }

    /** Remembered, since checking a signature takes longer than most calls. */
    private @Nullable Capability verified(String token, PublicKey signer) {
        synchronized (verified) {
            var seen = verified.get(token);
            if (seen != null) {
                return seen;
            }
        }
        var capability = Capability.verify(token, signer).orElse(null);
        if (capability != null) {
            synchronized (verified) {
                verified.put(token, capability);
            }
        }
        return capability;
    }

    private RuntimeException refusedTicket(ErrorCode code, String message) {
        book.note("", "transfer", code);
        return refused(code, message);
    }

    private static RuntimeException refused(ErrorCode code, String message) {
        return new Failure.Refused(code, message).asException();
    }
}
