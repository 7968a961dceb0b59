package dev.elevo.functions.admin;

import dev.elevo.contract.Page;
import dev.elevo.platform.audit.AuditEvent;
import dev.elevo.platform.audit.AuditSearch;
import dev.elevo.platform.audit.Outcome;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.openapi.Replies;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import dev.elevo.platform.paging.SortOptions;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.util.List;

@Controller("/api/v1/audit/events")
class AuditController {
    private static final SortOptions SORTS = SortOptions.descending("timestamp");
    private static final List<String> FORMATS = List.of("json", "ndjson");
    private static final String NDJSON = "application/x-ndjson";

    /** Of an export, which nobody looks at by the page. */
    private static final int USUAL_LINES = 1000;

    /** What fits into an answer. */
    private static final int MOST_LINES = 5000;

    private final AuditSearch search;
    private final Paging paging;
    private final JsonMapper json;

    AuditController(AuditSearch search, Paging paging, JsonMapper json) {
        this.search = search;
        this.paging = paging;
        this.json = json;
    }

    private record Asked(AuditSearch.Wanted wanted, PageQuery page, String list, boolean asLines) {}

    @Get
    @NeedsScope("audit:read")
    @Replies(value = AuditEventInfo.class, paged = true)
    @Replies(value = String.class, media = "application/x-ndjson")
    HttpResponse<?> listAuditEvents(HttpRequest<?> request, Principal caller) throws IOException {
        var asked = Query.read(request, query -> read(query, caller));
        requireOwn(caller, asked.wanted().organizationId());
        var found = paging.answer(
                asked.page(), search.find(asked.wanted(), asked.page()), asked.list(), AuditEventInfo::of);
        return asked.asLines() ? lines(found) : HttpResponse.ok(found);
    }

    private Asked read(Query query, Principal caller) {
        var named = query.text("organization", 1, 255);
        var organization = named == null ? caller.organizationId() : named;
        var list = "audit events of " + organization;
        var outcome = query.oneOf("outcome", Outcome.TOLD);
        var asLines = "ndjson".equals(query.oneOf("format", FORMATS));
        var page = asLines
                ? paging.readOnward(query, SORTS, list, USUAL_LINES, MOST_LINES)
                : paging.read(query, SORTS, list);
        if (asLines && query.has("page")) {
            query.refuse("page", "does not go with ndjson; X-Next-Cursor says where it goes on", query.text("page"));
        }
        if (page.start() instanceof PageQuery.Numbered(int number)
                && (long) number * page.limit() > AuditSearch.MOST_COUNTED) {
            query.refuse("page", "leads behind " + AuditSearch.MOST_COUNTED + " events; cursor goes on", number);
        }
        var wanted = new AuditSearch.Wanted(
                organization,
                query.text("type", 1, 100),
                query.text("userId", 1, 255),
                query.text("resource", 1, 1000),
                outcome == null ? null : Outcome.of(outcome),
                query.timestamp("from"),
                query.timestamp("to"));
        return new Asked(wanted, page, list, asLines);
    }

    /** What nobody is known to have done is the deployment's; what others have done is for who administers it. */
    private static void requireOwn(Principal caller, String organizationId) {
        var isSystem = organizationId.equals(AuditEvent.SYSTEM);
        var isOwn = !isSystem && caller.organizationId().equals(organizationId);
        var needed = isSystem ? "system:read" : "system:admin";
        if (!isOwn && !caller.grants(needed)) {
            throw AdminFailures.notFound("organization", organizationId);
        }
    }

    /** An event a line; where it goes on stands in a header. */
    private HttpResponse<String> lines(Page<AuditEventInfo> page) throws IOException {
        var text = new StringBuilder();
        for (var event : page.data()) {
            text.append(json.writeValueAsString(event)).append('\n');
        }
        var answer = HttpResponse.ok(text.toString()).contentType(NDJSON);
        var next = page.pagination().nextCursor();
        if (next != null) {
            answer.header("X-Next-Cursor", next);
        }
        return answer;
    }
}
