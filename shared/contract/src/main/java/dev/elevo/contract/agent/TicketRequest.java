package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;

/**
 * A wish for a ticket to one stream.
 *
 * @param origins whose pages may use it; one that is a star allows all
 */
@Serdeable
public record TicketRequest(StreamTarget target, List<String> origins) {
    public TicketRequest {
        origins = List.copyOf(origins);
    }
}
