package dev.elevo.functions.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.openapi.Replies;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** What can be called, for people and for programs that write clients. */
@Controller
class DescriptionController {
    private static final String YAML = "application/yaml";

    private final String description = new String(Texts.read("openapi.yaml"), UTF_8);

    @Get("/openapi.yaml")
    @PublicEndpoint
    @Replies(value = String.class, media = YAML)
    HttpResponse<?> getDescription() {
        return HttpResponse.ok(description)
                .contentType(MediaType.of(YAML))
                .header(HttpHeaders.CACHE_CONTROL, "no-cache");
    }

    @Get("/api/v1/openapi.yaml")
    @PublicEndpoint
    @Replies(value = String.class, media = YAML)
    HttpResponse<?> getDescriptionOfVersion() {
        return getDescription();
    }
}
