package dev.elevo.platform.http;

import dev.elevo.platform.http.Endpoint.Access;
import dev.elevo.platform.identity.Scopes;
import io.micronaut.context.ApplicationContext;
import io.micronaut.web.router.Router;
import java.util.List;

/** For the tests of each area: which of its endpoints forgot to say who may call them, or ask for what nobody is given. */
public final class DeclaredAccess {
    private DeclaredAccess() {}

    /** Method and path of each endpoint without one of the identity annotations, or of a scope that keys are refused. */
    public static List<String> missing(ApplicationContext context) {
        return context.getBean(Router.class)
                .uriRoutes()
                .filter(route -> isClosed(Endpoint.of(
                                route.getHttpMethod(),
                                route.getUriMatchTemplate().toPathString(),
                                route.getTargetMethod().getAnnotationMetadata())
                        .access()))
                .map(route -> route.getHttpMethodName() + " "
                        + route.getUriMatchTemplate().toPathString())
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean isClosed(Access access) {
        return switch (access) {
            case Access.Undeclared() -> true;
            case Access.Scoped(List<String> anyOf) -> !Scopes.ALL.containsAll(anyOf);
            case Access.Anyone(), Access.AnyAuthenticated() -> false;
        };
    }
}
