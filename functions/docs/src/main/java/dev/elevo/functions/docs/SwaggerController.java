package dev.elevo.functions.docs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Set;

/** The pages that show the description and try it out. */
@Controller("/swagger-ui")
class SwaggerController {
    private final Pages pages =
            new Pages("swagger-ui", Set.of(Pages.INDEX, "start.js", "swagger-ui.css", "swagger-ui-bundle.js"));

    @Get
    @PublicEndpoint
    @Replies(value = String.class, media = "text/html")
    HttpResponse<?> showDescription() {
        return getPart(Pages.INDEX);
    }

    @Get("/{file}")
    @PublicEndpoint
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Replies(value = String.class, media = "text/html")
    @Replies(value = String.class, media = "text/javascript")
    @Replies(value = String.class, media = "text/css")
    HttpResponse<?> getPart(String file) {
        return pages.get(file);
    }
}
