package dev.elevo.functions.sandboxes.preview;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.preview.PortHost;
import dev.elevo.contract.preview.PreviewUrl;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** Where the services inside a sandbox are found. */
@Controller("/api/v1/sandboxes/{id}")
class PreviewController {
    private final Previews previews;

    PreviewController(Previews previews) {
        this.previews = previews;
    }

    @Get("/host")
    @NeedsScope("sandbox:read")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING})
    PortHost getHost(HttpRequest<?> request, Principal caller, String id) {
        var port = Query.read(request, PreviewQuery::readPort);
        return previews.host(caller, id, port, origin(request));
    }

    /** Its answer may hold a ticket, hence the record of it. */
    @Get("/preview-url")
    @NeedsScope("sandbox:read")
    @Fails({ErrorCode.SANDBOX_NOT_FOUND, ErrorCode.SANDBOX_NOT_RUNNING})
    @Audited("preview.url")
    PreviewUrl getPreviewUrl(HttpRequest<?> request, Principal caller, String id) {
        var wanted = Query.read(request, PreviewQuery::read);
        return previews.url(caller, id, wanted, origin(request));
    }

    private static String origin(HttpRequest<?> request) {
        var host = request.getHeaders().get(HttpHeaders.HOST);
        return host == null ? "" : host;
    }
}
