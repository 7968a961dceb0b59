package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Signs requests as AWS wants it, for a while.
 *
 * @param token of the session; absent for a key that is nobody's session
 * @param endsAt from then on what it signs is refused
 */
@Serdeable
public record SigningKey(String id, String secret, @Nullable String token, String region, Instant endsAt) {
    @Override
    public String toString() {
        return "SigningKey[" + id + ", until " + endsAt + "]";
    }
}
