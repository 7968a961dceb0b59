package dev.elevo.platform.engine;

import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.files.SignedUrl;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;

/** Tickets as addresses: what is in front of the host by which we were reached knows the way to the agent, who knows our signature. */
@Singleton
@Requires(property = "elevo.engine", notEquals = "microvm")
final class SignedTransfers implements FileTransfers {
    private final CapabilityIssuer issuer;

    SignedTransfers(CapabilityIssuer issuer) {
        this.issuer = issuer;
    }

    @Override
    public String address(String reached, TransferTicket ticket) {
        return reached + SignedUrl.PREFIX + issuer.sign(ticket);
    }
}
