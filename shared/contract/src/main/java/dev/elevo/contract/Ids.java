package dev.elevo.contract;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.regex.Pattern;

/** Ids are a prefix, a dash and twelve characters of {@code [a-z0-9]}. */
public enum Ids {
    SANDBOX("sbx"),
    SNAPSHOT("snap"),
    KEY("key"),
    EVENT("evt"),
    SESSION("ses"),
    LANGUAGE_SERVER("lsp"),
    VOLUME("vol"),
    DEVICE("dev"),
    RUN("run"),
    ARTIFACT("art"),
    REQUEST("req");

    private static final int LENGTH = 12;
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String prefix;
    private final Pattern pattern;

    Ids(String prefix) {
        this.prefix = prefix;
        this.pattern = Pattern.compile(prefix + "-[a-z0-9]{" + LENGTH + "}");
    }

    public String random() {
        var bytes = new byte[LENGTH];
        RANDOM.nextBytes(bytes);
        return spell(bytes);
    }

    /**
     * The same id for the same seed: an attempt that died half-way and is repeated with its idempotency key finds what the
     * first one left.
     */
    public String derivedFrom(byte[] seed) {
        try {
            return spell(MessageDigest.getInstance("SHA-256").digest(seed));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public boolean matches(String candidate) {
        return pattern.matcher(candidate).matches();
    }

    private String spell(byte[] bytes) {
        var id = new StringBuilder(prefix).append('-');
        for (int i = 0; i < LENGTH; i++) {
            id.append(ALPHABET.charAt(Math.floorMod(bytes[i], ALPHABET.length())));
        }
        return id.toString();
    }
}
