package dev.elevo.platform.audit;

import java.util.Locale;

/** How an audited action ended. */
public enum Outcome {
    SUCCESS,
    DENIED,
    FAILED;

    static Outcome ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> DENIED;
            default -> status < 400 ? SUCCESS : FAILED;
        };
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
