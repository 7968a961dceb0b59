package dev.elevo.functions.admin;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.Locale;

/** What a user is given keys for, unless something narrower is asked for. */
@Serdeable
enum Role {
    @JsonProperty("admin")
    ADMIN(List.of("*")),
    @JsonProperty("member")
    MEMBER(List.of("sandbox:*", "files:*", "git:*", "snapshot:*", "volume:*", "run:*", "user:write")),
    @JsonProperty("viewer")
    VIEWER(List.of("sandbox:read", "files:read", "git:read", "snapshot:read", "volume:read", "run:read"));

    private final List<String> scopes;

    Role(List<String> scopes) {
        this.scopes = scopes;
    }

    List<String> scopes() {
        return scopes;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Role of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT));
    }
}
