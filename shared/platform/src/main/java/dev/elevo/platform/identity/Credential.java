package dev.elevo.platform.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What a request presents of its caller. */
sealed interface Credential {

    /** Nothing that the contract knows. */
    record None(Denial denial) implements Credential {}

    /** Something to be checked. */
    sealed interface Presented extends Credential {
        /** Stands for the credential wherever it is stored or compared; in lower-case hexadecimal. */
        String sha256();
    }

    record Jwt(String token, String sha256) implements Presented {
        Jwt(String token) {
            this(token, hash(token));
        }

        @Override
        public String toString() {
            return "Jwt[]";
        }
    }

    record Key(String key, String sha256) implements Presented {
        Key(String key) {
            this(key, hash(key));
        }

        @Override
        public String toString() {
            return "Key[]";
        }
    }

    /** Three parts make a JWT; anything else is tried as an API key. */
    static Presented bearer(String token) {
        return token.chars().filter(c -> c == '.').count() == 2 ? new Jwt(token) : new Key(token);
    }

    private static String hash(String secret) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
