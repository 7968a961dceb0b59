package dev.elevo.functions.sandboxes.events;

import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.streams.Handshake;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import org.jspecify.annotations.Nullable;

/** Takes in who wants to be told what becomes of the organization's sandboxes. */
@Controller("/api/v1/events")
class EventsController {
    private final EventsStream events;

    EventsController(EventsStream events) {
        this.events = events;
    }

    @Get
    @NeedsScope("sandbox:read")
    HttpResponse<?> connectEvents(HttpRequest<?> request, Principal caller) {
        var handshake = Handshake.of(request);
        var wanted = Query.read(request, query -> new Wanted(StatusFilter.read(query), query.text("cursor")));
        events.open(handshake, caller.organizationId(), wanted.filter(), wanted.cursor());
        return HttpResponse.ok();
    }

    private record Wanted(StatusFilter filter, @Nullable String cursor) {}
}
