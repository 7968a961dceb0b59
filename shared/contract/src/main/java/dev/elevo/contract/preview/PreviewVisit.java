package dev.elevo.contract.preview;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for a port of a sandbox, as far as the decision about it needs to know. Credentials are as the client sent them.
 *
 * @param address of the client
 * @param ticket from the query
 * @param cookieTickets from cookies; another site may have planted some of them
 */
@Serdeable
public record PreviewVisit(
        String sandboxId,
        int port,
        String address,
        @Nullable String ticket,
        @Nullable List<String> cookieTickets,
        @Nullable String authorization,
        @Nullable String apiKeyHeader,
        @Nullable String apiKeyQuery) {
    @Override
    public String toString() {
        return "PreviewVisit[" + sandboxId + ", " + port + "]"; // no credential belongs into a log
    }
}
