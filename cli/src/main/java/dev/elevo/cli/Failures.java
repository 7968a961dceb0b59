package dev.elevo.cli;

import dev.elevo.client.ApiException;
import dev.elevo.client.Json;
import dev.elevo.client.UnreachableException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What went wrong, for people; or as JSON, in the form that the service has for it. */
final class Failures {
    private final PrintStream stderr;
    private final boolean json;

    Failures(PrintStream stderr, boolean json) {
        this.stderr = stderr;
        this.json = json;
    }

    /** False for what is a mistake of ours, whose whole story is of use. */
    boolean tell(Exception failure) {
        return tell("", failure);
    }

    /** @param about which of several it was; empty where there is one only */
    boolean tell(String about, Exception failure) {
        var message = message(failure);
        if (message.isEmpty()) {
            return false;
        }
        if (json) {
            stderr.println(Json.write(Map.of("error", error(about, message.get(), failure))));
            return true;
        }
        var said = (about.isEmpty() ? "" : about + ": ") + message.get();
        if (failure instanceof ApiException refused) {
            stderr.println(Visible.lines("elevo: %s (%d %s)".formatted(said, refused.code(), refused.name())));
            tellDetails(refused);
        } else {
            stderr.println(Visible.lines("elevo: " + said));
        }
        return true;
    }

    private void tellDetails(ApiException refused) {
        if (refused.details().get("fields") instanceof Iterable<?> fields) {
            for (var field : fields) {
                if (field instanceof Map<?, ?> wrong) {
                    stderr.println(Visible.lines("  %s: %s".formatted(wrong.get("field"), wrong.get("message"))));
                }
            }
        } else if (!refused.details().isEmpty()) {
            stderr.println(Visible.lines("  " + Json.write(refused.details())));
        }
        if (!refused.requestId().isEmpty()) {
            stderr.println("  request " + refused.requestId());
        }
    }

    private static Map<String, Object> error(String about, String message, Exception failure) {
        var error = new LinkedHashMap<String, Object>();
        if (!about.isEmpty()) {
            error.put("about", about);
        }
        error.put("message", message);
        if (failure instanceof ApiException refused) {
            error.put("code", refused.code());
            error.put("name", refused.name());
            error.put("details", refused.details());
            error.put("requestId", refused.requestId());
        }
        return error;
    }

    private static Optional<String> message(Exception failure) {
        return switch (failure) {
            case UnreachableException lost ->
                Optional.of(lost.getMessage() + (lost.getCause() == null ? "" : ": " + reason(lost.getCause())));
            case UncheckedIOException broken -> Optional.of(reason(Objects.requireNonNull(broken.getCause())));
            case ApiException told -> Optional.of(String.valueOf(told.getMessage()));
            case CliException told -> Optional.of(String.valueOf(told.getMessage()));
            case IllegalArgumentException told -> Optional.of(String.valueOf(told.getMessage()));
            default -> Optional.empty();
        };
    }

    /** Some say nothing but what they are. */
    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.toString();
    }
}
