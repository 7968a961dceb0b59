package dev.elevo.platform.identity;

import java.util.Optional;

/** Finds API keys by the lower-case hexadecimal SHA-256 of the key. What it answers may be old by the time keys are cached, not more. */
public interface ApiKeyStore {
    Optional<ApiKey> find(String sha256);
}
