package dev.elevo.platform.engine;

import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.files.SignedUrl;
import jakarta.inject.Singleton;

/** Addresses by which the content of files goes past the functions. Whoever asks has decided that somebody may use one. */
@Singleton
public final class FileTransfers {
    private final CapabilityIssuer issuer;

    FileTransfers(CapabilityIssuer issuer) {
        this.issuer = issuer;
    }

    /** At the host by which the client has reached us; what is in front of it there knows the way to the agent. */
    public String path(TransferTicket ticket) {
        return SignedUrl.PREFIX + issuer.sign(ticket);
    }
}
