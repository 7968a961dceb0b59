package dev.elevo.functions.admin;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A user, and how he proved it where he asks himself. */
@Serdeable
record UserInfo(
        String id,
        @Nullable String name,
        @Nullable String email,
        String organizationId,
        Role role,
        boolean disabled,
        @Nullable String disabledReason,
        @Nullable Instant disabledAt,
        Map<String, String> metadata,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Auth auth) {

    @Serdeable
    record Auth(
            String type,
            @Nullable String keyId,
            List<String> scopes,
            @Nullable Instant expiresAt) {}

    static UserInfo of(Member member, @Nullable Auth auth) {
        return new UserInfo(
                member.id(),
                member.name(),
                member.email(),
                member.organizationId(),
                member.role(),
                member.disabledAt() != null,
                member.disabledReason(),
                member.disabledAt(),
                member.metadata(),
                member.createdAt(),
                member.updatedAt(),
                auth);
    }
}
