package dev.elevo.functions.docs;

import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Set;

/** The console: one page, which is a client of the API like any other. */
@Controller("/console")
class ConsoleController {
    private final Pages pages = new Pages("console", Set.of(Pages.INDEX, "console.js", "console.css"));

    @Get
    @PublicEndpoint
    @Replies(value = String.class, media = "text/html")
    HttpResponse<?> showConsole() {
        return getPartOfConsole(Pages.INDEX);
    }

    @Get("/{file}")
    @PublicEndpoint
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Replies(value = String.class, media = "text/html")
    @Replies(value = String.class, media = "text/javascript")
    @Replies(value = String.class, media = "text/css")
    HttpResponse<?> getPartOfConsole(String file) {
        return pages.get(file);
    }
}
