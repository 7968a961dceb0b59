package dev.elevo.contract.agent;

import java.util.List;

/**
 * Streams out of one sandbox. The agent serves them whole: it reads what clients say, answers it, and writes what there is to
 * say to their connections itself.
 */
public interface StreamAgent {

    /**
     * From now on the connection is served, or the call throws what the client is told. The gateway may not know the connection yet:
     * it is asked again for a while. A second call for the same connection finds it served.
     */
    void attach(String sandboxId, String connectionId, AttachStream stream);

    /** Hands over what the client said. */
    Heard say(String sandboxId, String connectionId, String text);

    /** From now on the connection is written to by this right. Nothing happens where it is not served. */
    void renew(String sandboxId, String connectionId, ConnectionGrant grant);

    /** The connection is gone. Nothing happens where it is not served. */
    void detach(String sandboxId, String connectionId);

    /** The connections of the gateway that are served. */
    List<ServedStream> attached(String sandboxId);

    /** A ticket for who comes to the agent's own door. Refused as the stream itself would be. */
    DirectTicket ticket(String sandboxId, TicketRequest request);
}
