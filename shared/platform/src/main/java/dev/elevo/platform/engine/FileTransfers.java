package dev.elevo.platform.engine;

import dev.elevo.contract.agent.TransferTicket;

/** Addresses by which the content of files goes past the functions. Whoever asks has decided that somebody may use one. */
public interface FileTransfers {

    /**
     * By which the ticket is used. Where the content has to be brought first, it is waited for: 9002 where it has not come in time, and who
     * asks again finds it on its way. Where there is no such address: 9007.
     *
     * @param reached scheme and host by which the client has reached us
     */
    String address(String reached, TransferTicket ticket);
}
