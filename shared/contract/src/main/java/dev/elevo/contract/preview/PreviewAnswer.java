package dev.elevo.contract.preview;

import dev.elevo.contract.agent.PortRoute;
import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What becomes of a {@link PreviewVisit}: one of the two is there. */
@Serdeable
public record PreviewAnswer(@Nullable Pass pass, @Nullable Refusal refusal) {

    /**
     * It may go on, without those of its credentials that are ours: the code in the sandbox must not learn them.
     *
     * @param ticketExpiresAt of the ticket by which it was let in
     */
    @Serdeable
    public record Pass(
            PortRoute route,
            boolean authorizationIsOurs,
            boolean apiKeyHeaderIsOurs,
            boolean apiKeyQueryIsOurs,
            @Nullable Instant ticketExpiresAt) {}

    /**
     * An error of the catalogue.
     *
     * @param retryAfterSeconds where the client may come again
     */
    @Serdeable
    public record Refusal(
            int code,
            String message,
            @Nullable Map<String, Object> details,
            @Nullable Long retryAfterSeconds) {}
}
