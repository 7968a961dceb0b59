package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What only this deployment knows. Made at the first start, kept in the home, and the same ever after: tokens, cursors and
 * running sandboxes outlive a restart.
 */
record Secrets(
        String adminKey,
        String jwtSecret,
        String cursorSecret,
        String agentSigningKey,
        String agentPublicKey,
        String postgresPassword) {
    static final String ADMIN_KEY_FILE = "admin.key";
    static final String POSTGRES_PASSWORD_FILE = "postgres.password";
    /** In bytes; also of those that are preset. */
    private static final SecureRandom RANDOM = new SecureRandom();

    /** @param environment may preset the admin key and the JWT secret */
    static Secrets in(Home home, Map<String, String> environment) throws IOException {
        var pair = home.file("agent.key");
        if (!Files.exists(pair)) {
            var made = newKeyPair();
            home.write(
                    "agent.key",
                    base64(made.getPrivate().getEncoded()) + "\n"
                            + base64(made.getPublic().getEncoded()) + "\n");
        }
        var keys = Files.readAllLines(pair);
        return new Secrets(
                kept(home, ADMIN_KEY_FILE, environment.get("ELEVO_ADMIN_KEY"), "ewk_"),
                kept(home, "jwt.secret", environment.get("ELEVO_JWT_SECRET"), ""),
                kept(home, "cursor.secret", environment.get("ELEVO_CURSOR_SECRET"), ""),
                keys.get(0),
                keys.get(1),
                kept(home, POSTGRES_PASSWORD_FILE, null, ""));
    }

    String adminKeySha256() {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(adminKey.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String kept(Home home, String file, @Nullable String preset, String prefix) throws IOException {
        if (preset != null && !preset.isBlank()) {
            home.write(file, preset + "\n");
        } else if (!Files.exists(home.file(file))) {
            var bytes = new byte[OptionRules.SHORTEST_SECRET];
            RANDOM.nextBytes(bytes);
            home.write(file, prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "\n");
        }
        var secret = Files.readString(home.file(file)).strip();
        if (secret.length() < OptionRules.SHORTEST_SECRET) {
            throw new NotStartedException(
                    home.file(file) + " holds a secret of " + secret.length() + " characters, and less than "
                            + OptionRules.SHORTEST_SECRET + " are not safe; remove it, and another one is made");
        }
        return secret;
    }

    private static KeyPair newKeyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform since 15 has Ed25519", e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "Secrets[]"; // nothing of it belongs into a log
    }
}
