package dev.elevo.functions.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A page and its parts, all of them from one folder of ours; what is typed into it goes nowhere else. */
final class Pages {
    static final String INDEX = "index.html";

    private static final Map<String, String> TYPES =
            Map.of("html", "text/html", "js", "text/javascript", "css", "text/css");
    /** Styles are set by the scripts on single elements too, and some pictures are written out in the style sheet. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            + "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, String> files;

    Pages(String folder, Set<String> names) {
        files = names.stream()
                .collect(Collectors.toUnmodifiableMap(
                        name -> name, name -> new String(Texts.read(folder + "/" + name), UTF_8)));
    }

    HttpResponse<?> get(String name) {
        var text = files.get(name);
        if (text == null) {
            throw new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "There is no such page").asException();
        }
        return HttpResponse.ok(text)
                .contentType(MediaType.of(TYPES.get(name.substring(name.lastIndexOf('.') + 1)) + "; charset=utf-8"))
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff");
    }
}
