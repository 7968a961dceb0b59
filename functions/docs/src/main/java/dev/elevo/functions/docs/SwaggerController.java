package dev.elevo.functions.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.openapi.Replies;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import java.util.Map;
import java.util.stream.Collectors;

/** The pages that show the description and try it out; all of them come from here, and what is typed into them goes nowhere else. */
@Controller("/swagger-ui")
class SwaggerController {
    private static final String PAGE = "index.html";
    private static final Map<String, String> TYPES = Map.of(
            PAGE,
            "text/html; charset=utf-8",
            "start.js",
            "text/javascript; charset=utf-8",
            "swagger-ui.css",
            "text/css; charset=utf-8",
            "swagger-ui-bundle.js",
            "text/javascript; charset=utf-8");
    /** Styles are set by the scripts on single elements too, and some pictures are written out in the style sheet. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, String> files = TYPES.keySet().stream()
            .collect(Collectors.toUnmodifiableMap(
                    name -> name, name -> new String(Texts.read("swagger-ui/" + name), UTF_8)));

    @Get
    @PublicEndpoint
    @Replies(value = String.class, media = "text/html")
    HttpResponse<?> showDescription() {
        return getPart(PAGE);
    }

    @Get("/{file}")
    @PublicEndpoint
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Replies(value = String.class, media = "text/html")
    @Replies(value = String.class, media = "text/javascript")
    @Replies(value = String.class, media = "text/css")
    HttpResponse<?> getPart(String file) {
        var text = files.get(file);
        if (text == null) {
            throw new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "There is no such page").asException();
        }
        return HttpResponse.ok(text)
                .contentType(MediaType.of(TYPES.get(file)))
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff");
    }
}
