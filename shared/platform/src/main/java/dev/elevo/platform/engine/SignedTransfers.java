package dev.elevo.platform.engine;

import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.files.SignedUrl;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Tickets as addresses: the agent knows them by our signature. */
@Singleton
@Requires(property = "elevo.engine", notEquals = "microvm")
final class SignedTransfers implements FileTransfers {
    private final CapabilityIssuer issuer;

    SignedTransfers(CapabilityIssuer issuer) {
        this.issuer = issuer;
    }

    @Override
    public String path(TransferTicket ticket) {
        return SignedUrl.PREFIX + issuer.sign(ticket);
    }
}
