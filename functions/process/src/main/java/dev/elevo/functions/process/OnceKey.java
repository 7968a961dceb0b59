package dev.elevo.functions.process;

import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What makes the agent start one process for a request that is repeated with its idempotency key. */
final class OnceKey {
    private OnceKey() {}

    /** Null when the request has no key. A hash, so that it fits any header and says nothing about the caller. */
    static @Nullable String of(HttpRequest<?> request, Principal caller) {
        var key = request.getHeaders().get("X-Idempotency-Key");
        if (key == null) {
            return null;
        }
        var seed = String.join("|", caller.organizationId(), caller.userId(), request.getPath(), key);
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(seed.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
