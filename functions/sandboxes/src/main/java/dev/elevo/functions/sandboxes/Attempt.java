package dev.elevo.functions.sandboxes;

import dev.elevo.contract.Ids;
import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One try of a client to create a sandbox. A repeated try, known by its idempotency key, leads to the same id: when the first
 * one died half-way, the second finds what it left.
 *
 * @param derivedId absent without a key
 */
record Attempt(@Nullable String derivedId) {

    static Attempt of(HttpRequest<?> request, Principal caller) {
        var key = request.getHeaders().get("X-Idempotency-Key");
        if (key == null) {
            return new Attempt(null);
        }
        var seed = String.join(
                "|", caller.organizationId(), caller.userId(), request.getMethodName(), request.getPath(), key);
        return new Attempt(Ids.SANDBOX.derivedFrom(seed.getBytes(StandardCharsets.UTF_8)));
    }
}
