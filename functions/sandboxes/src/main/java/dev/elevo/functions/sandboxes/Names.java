package dev.elevo.functions.sandboxes;

import dev.elevo.platform.identity.Principal;
import java.security.SecureRandom;

/** Names for what has none yet. */
final class Names {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 8;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Names() {}

    static String random() {
        var name = new StringBuilder("sandbox-");
        for (int i = 0; i < LENGTH; i++) {
            name.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /** Who did something: the key, or the user where none was used. */
    static String of(Principal caller) {
        return caller.keyId() == null ? caller.userId() : caller.keyId();
    }
}
