package dev.elevo.platform.http;

import dev.elevo.contract.RateClass;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.limits.RateLimited;
import io.micronaut.core.annotation.AnnotationMetadata;
import io.micronaut.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a controller method's annotations say about its route.
 *
 * @param template the path with its variables' names, for logs and metrics
 * @param auditAction what the audit trail calls it; absent when it leaves no record
 * @param announced whether it is in the trail before it is done
 */
public record Endpoint(
        HttpMethod method,
        String template,
        Access access,
        RateClass rateClass,
        @Nullable String auditAction,
        boolean announced) {

    /** Who may call. */
    public sealed interface Access {
        record Anyone() implements Access {}

        record AnyAuthenticated() implements Access {}

        /** Any one of the scopes suffices. */
        record Scoped(List<String> anyOf) implements Access {
            public Scoped {
                anyOf = List.copyOf(anyOf);
            }
        }

        /** The method names none of the above. Nobody may call it: forgetting an annotation must not open a door. */
        record Undeclared() implements Access {}
    }

    static Endpoint of(HttpMethod method, String template, AnnotationMetadata annotations) {
        return new Endpoint(
                method,
                template,
                access(annotations),
                annotations
                        .enumValue(RateLimited.class, RateClass.class)
                        .orElse(isRead(method) ? RateClass.READ : RateClass.WRITE),
                annotations.stringValue(Audited.class).orElse(null),
                isAnnounced(method, annotations));
    }

    /** Whether it may change something: idempotency keys and audit records are for these. */
    public boolean isMutation() {
        return !isRead(method);
    }

    private static boolean isAnnounced(HttpMethod method, AnnotationMetadata annotations) {
        return annotations.hasAnnotation(Audited.class)
                ? !annotations.isTrue(Audited.class, "looksOnly")
                : !isRead(method);
    }

    private static boolean isRead(HttpMethod method) {
        return switch (method) {
            case GET, HEAD, OPTIONS -> true;
            default -> false;
        };
    }

    private static Access access(AnnotationMetadata annotations) {
        if (annotations.hasAnnotation(NeedsScope.class)) {
            return new Access.Scoped(List.of(annotations.stringValues(NeedsScope.class)));
        }
        if (annotations.hasAnnotation(AnyCredential.class)) {
            return new Access.AnyAuthenticated();
        }
        return annotations.hasAnnotation(PublicEndpoint.class) ? new Access.Anyone() : new Access.Undeclared();
    }
}
