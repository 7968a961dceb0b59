package dev.elevo.platform.streams;

import dev.elevo.contract.stream.CloseCode;
import java.time.Instant;
import java.util.Optional;

/** Where what the server says to a connection is handed in; messages to one connection keep their order. */
public interface Outlet {

    enum Sent {
        YES,
        /** There is no such connection, or not yet. */
        GONE,
        /** Certainly not sent; later perhaps. */
        NOT_NOW
    }

    /** Throws {@link OutletException} when nobody can say whether it was sent. */
    Sent send(String connectionId, String message);

    /** Nothing happens where it is closed already. */
    void close(String connectionId, CloseCode code);

    /** When the client last said anything, a ping of the protocol included; empty when the connection is gone. */
    Optional<Instant> lastActive(String connectionId);
}
