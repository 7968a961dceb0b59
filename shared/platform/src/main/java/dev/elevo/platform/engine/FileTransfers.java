package dev.elevo.platform.engine;

import dev.elevo.contract.agent.TransferTicket;

/** Addresses by which the content of files goes past the functions. Whoever asks has decided that somebody may use one. */
public interface FileTransfers {

    /** At the host by which the client has reached us; what is in front of it there knows the way to the agent. Where nothing does: 9007. */
    String path(TransferTicket ticket);
}
