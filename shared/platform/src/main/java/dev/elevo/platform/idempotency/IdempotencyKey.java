package dev.elevo.platform.idempotency;

import dev.elevo.contract.Failure;
import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What makes two requests the same one: the caller, the method, the path and the key the client chose.
 *
 * @param caller the user, also when an API key speaks for it
 * @param credential what the caller showed, which may be good for less than another of the same caller
 */
public record IdempotencyKey(String caller, String credential, String method, String path, String key) {
    private static final String HEADER = "X-Idempotency-Key";
    private static final Pattern WELL_FORMED = Pattern.compile("[\\x20-\\x7e]{1,255}");

    /** Empty when the client sent none; a key that breaks the rule is 9004. */
    public static Optional<IdempotencyKey> of(HttpRequest<?> request, Principal caller) {
        var key = request.getHeaders().get(HEADER);
        if (key == null) {
            return Optional.empty();
        }
        if (!WELL_FORMED.matcher(key).matches()) {
            throw Failure.Invalid.field(HEADER, "must be 1 to 255 printable ASCII characters", null)
                    .asException();
        }
        return Optional.of(new IdempotencyKey(
                nameOf(caller), credentialOf(caller), request.getMethodName(), request.getPath(), key));
    }

    /** By which an agent does a thing once that is repeated with its key; null when the client sent none. */
    public static @Nullable String onceKey(HttpRequest<?> request, Principal caller) {
        return of(request, caller).map(IdempotencyKey::hash).orElse(null);
    }

    /** With the length of its first part, so that no two callers have one name. */
    private static String nameOf(Principal caller) {
        var organizationId = caller.organizationId();
        return organizationId.length() + "#" + organizationId + "#" + caller.userId();
    }

    private static String credentialOf(Principal caller) {
        return caller.keyId() == null
                ? caller.scopes().stream().sorted().collect(Collectors.joining(" "))
                : caller.keyId();
    }

    /** For what only the same credential may learn again. */
    public byte[] secretSeed() {
        return String.join("\n", hash(), credential).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * For ids that a repeated attempt must find again. The parts after the caller cannot hold the separator, so that no two keys
     * have the same seed.
     */
    public byte[] seed() {
        return String.join("\n", caller, method, path, key).getBytes(StandardCharsets.UTF_8);
    }

    /** The seed as a hash: it fits into any key or header, and says nothing about the caller. */
    public String hash() {
        return Hashes.sha256(seed());
    }
}
