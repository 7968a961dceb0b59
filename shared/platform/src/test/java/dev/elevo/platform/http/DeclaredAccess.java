package dev.elevo.platform.http;

import dev.elevo.platform.http.Endpoint.Access;
import io.micronaut.context.ApplicationContext;
import io.micronaut.web.router.Router;
import java.util.List;

/** For the tests of each area: which of its endpoints forgot to say who may call them. */
public final class DeclaredAccess {
    private DeclaredAccess() {}

    /** Method and path of each endpoint without one of the identity annotations; nobody can call these. */
    public static List<String> missing(ApplicationContext context) {
        return context.getBean(Router.class)
                .uriRoutes()
                .filter(route -> Endpoint.of(
                                        route.getHttpMethod(),
                                        route.getUriMatchTemplate().toPathString(),
                                        route.getTargetMethod().getAnnotationMetadata())
                                .access()
                        instanceof Access.Undeclared)
                .map(route -> route.getHttpMethodName() + " "
                        + route.getUriMatchTemplate().toPathString())
                .distinct()
                .sorted()
                .toList();
    }
}
