package dev.elevo.platform.audit;

import java.util.List;
import java.util.Locale;

/** How an audited action ended. */
public enum Outcome {
    SUCCESS,
    DENIED,
    FAILED,
    /** It was begun, and nobody has recorded its end: it is under way, or who did it has died over it. */
    PENDING;

    /** What clients may ask for, and are told. */
    public static final List<String> TOLD = List.of(SUCCESS.label(), DENIED.label(), FAILED.label());

    static Outcome ofStatus(int status) {
        return switch (status) {
            case 401, 403 -> DENIED;
            default -> status < 400 ? SUCCESS : FAILED;
        };
    }

    public static Outcome of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
