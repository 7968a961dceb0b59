package dev.elevo.openapi;

import dev.elevo.contract.Area;
import dev.elevo.contract.RateClass;
import dev.elevo.openapi.code.Told;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.limits.RateLimited;
import java.lang.reflect.Method;
import java.util.List;

/**
 * One method of a controller at one path.
 *
 * @param operation its name, unlike that of any other
 * @param verb in lower case
 * @param path with its variables in braces
 * @param consumes media types of its body
 */
record Endpoint(
        Area area, String operation, String verb, String path, List<String> consumes, Method method, Told told) {

    boolean isPublic() {
        return method.isAnnotationPresent(PublicEndpoint.class);
    }

    /** Of which one is enough. */
    List<String> scopes() {
        var needs = method.getAnnotation(NeedsScope.class);
        return needs == null ? List.of() : List.of(needs.value());
    }

    RateClass rateClass() {
        var limited = method.getAnnotation(RateLimited.class);
        return limited != null ? limited.value() : isChange() ? RateClass.WRITE : RateClass.READ;
    }

    boolean isChange() {
        return !verb.equals("get");
    }

    boolean isStream() {
        return verb.equals("get") && area.servesStream(path);
    }

    /** The paths of the gateway have an envelope of their own for failures. */
    boolean isOfTheGateway() {
        return area == Area.ADMIN && !path.startsWith("/api/v1/");
    }
}
