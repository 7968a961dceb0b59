package dev.elevo.platform.testing;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.Page;
import dev.elevo.contract.RateClass;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.sandbox.CreateSandbox;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.identity.PublicEndpoint;
import dev.elevo.platform.limits.RateLimited;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.CookieValue;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.http.annotation.Status;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.serde.annotation.Serdeable;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One endpoint for each thing the pipeline promises. */
@Controller("/api/v1/fixture")
@Requires(property = FixtureFunction.SWITCH)
class FixtureController {
    private final FixtureDeletions deletions;
    private final FixtureQuestions questions;

    FixtureController(FixtureDeletions deletions, FixtureQuestions questions) {
        this.deletions = deletions;
        this.questions = questions;
    }

    @Serdeable
    record Thing(
            String id,
            String name,
            int size,
            List<String> tags,
            @Nullable String note) {}

    @Serdeable
    record WhoAmI(
            String organization, String user, @Nullable String key, List<String> scopes, String kind) {}

    @Serdeable
    record Entry(
            @NotNull @Size(min = 1, max = 5) String path,
            @Nullable Integer mode) {}

    @Serdeable
    record Batch(
            @NotNull @Size(min = 1) List<@Valid Entry> files,
            @Nullable Map<@Size(max = 3) String, @Size(max = 3) String> labels,
            @Nullable List<@Size(max = 3) String> args) {}

    enum Color {
        RED,
        GREEN
    }

    @Serdeable
    record Painted(
            @Nullable Color color,
            @Nullable Boolean dry,
            @Nullable Long count,
            @Nullable Double ratio) {}

    @Serdeable
    record ListQuery(
            @Nullable @QueryValue @Min(1) Integer page,
            @Nullable @QueryValue("sort_by") @Size(max = 3) String sortBy) {}

    @Get("/public")
    @PublicEndpoint
    Map<String, String> open() {
        return Map.of("hello", "world");
    }

    @Get("/me")
    @AnyCredential
    WhoAmI me(Principal principal) {
        return new WhoAmI(
                principal.organizationId(),
                principal.userId(),
                principal.keyId(),
                principal.scopes(),
                principal.kind().name());
    }

    @Get("/undeclared")
    Map<String, String> undeclared() {
        return Map.of("must", "not be reached");
    }

    @Get("/things/{id}")
    @NeedsScope("sandbox:read")
    Thing thing(String id) {
        return new Thing(id, "a thing", 3, List.of(), null);
    }

    @Get("/things")
    @NeedsScope("sandbox:read")
    Page<Thing> things(@RequestBean @Valid ListQuery query) {
        var things = List.of(
                new Thing("one", "first", 1, List.of("x"), "n"), new Thing("two", "second", 2, List.of(), null));
        return new Page<>(things, Page.Pagination.ofPage(1, 20, 2));
    }

    @Post("/things/find")
    @NeedsScope("sandbox:read")
    @RateLimited(RateClass.READ)
    @Audited(value = "thing.find", looksOnly = true)
    List<Thing> find() {
        return List.of();
    }

    @Post("/things")
    @NeedsScope({"sandbox:write", "sandbox:create"})
    @RateLimited(RateClass.SANDBOX_CREATE)
    @Audited("thing.create")
    HttpResponse<CreateSandbox> create(@Valid @Body CreateSandbox body) {
        return HttpResponse.created(body).header("Location", "/api/v1/fixture/things/one");
    }

    @Post("/run")
    @NeedsScope("sandbox:exec")
    RunRequest run(@Valid @Body RunRequest body) {
        return body;
    }

    @Post("/batch")
    @NeedsScope("sandbox:exec")
    Batch batch(@Valid @Body Batch body) {
        return body;
    }

    @Post("/paint")
    @NeedsScope("sandbox:exec")
    Painted paint(@Valid @Body Painted body) {
        return body;
    }

    @Delete("/things/{id}")
    @NeedsScope("sandbox:write")
    @Status(HttpStatus.NO_CONTENT)
    void delete(String id, @QueryValue(defaultValue = "false") boolean force) {
        if (id.equals("full")) {
            throw new Failure.Limited(10, Instant.parse("2026-01-01T00:00:06Z"), Duration.ofMillis(5200)).asException();
        }
        deletions.add();
    }

    @Get("/query")
    @PublicEndpoint
    Map<String, Object> query(
            @Nullable @QueryValue String path,
            @Nullable @QueryValue @Min(1) @Max(100) Integer limit,
            @Nullable @QueryValue Boolean deep,
            @Nullable @QueryValue Color color,
            @Nullable @QueryValue List<String> state,
            @Nullable @Header("X-Size") @Max(9) Integer size) {
        questions.add(path);
        var echoed = new TreeMap<String, Object>();
        put(echoed, "path", path);
        put(echoed, "limit", limit);
        put(echoed, "deep", deep);
        put(echoed, "color", color);
        put(echoed, "state", state);
        put(echoed, "size", size);
        return echoed;
    }

    @Get("/required")
    @PublicEndpoint
    Map<String, String> required(@QueryValue("the_path") String path) {
        return Map.of("path", path);
    }

    @Get("/cookies")
    @PublicEndpoint
    HttpResponse<Map<String, String>> cookies(
            @Nullable @CookieValue("a") String a, @Nullable @CookieValue("b") String b) {
        var seen = new TreeMap<String, String>();
        put(seen, "a", a);
        put(seen, "b", b);
        return HttpResponse.<Map<String, String>>ok(seen)
                .cookie(Cookie.of("first", "1"))
                .cookie(Cookie.of("second", "2"))
                .header("X-Many", "one")
                .header("X-Many", "two");
    }

    @Post("/bytes")
    @PublicEndpoint
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    @Produces("application/x-tar")
    byte[] bytes(@Body byte[] body) {
        return body;
    }

    @Get("/text")
    @PublicEndpoint
    @Produces(MediaType.TEXT_PLAIN)
    byte[] text(@QueryValue String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Get("/address")
    @PublicEndpoint
    Map<String, String> address(HttpRequest<?> request) {
        return Map.of(
                "address",
                request.getRemoteAddress().getAddress().getHostAddress(),
                "secure",
                Boolean.toString(request.isSecure()),
                "clientType",
                Call.of(request).clientType());
    }

    @Get("/failure/{kind}")
    @PublicEndpoint
    String fail(String kind) throws Throwable {
        throw switch (kind) {
            case "limited" ->
                new Failure.Limited(10, Instant.parse("2026-01-01T00:00:06Z"), Duration.ofMillis(5200)).asException();
            case "unavailable" -> new Failure.Unavailable("The store is down", Duration.ofMillis(1)).asException();
            case "refused" ->
                new ApiException(
                        new Failure.Refused(
                                ErrorCode.SANDBOX_NOT_FOUND, "No such sandbox", Map.of("sandboxId", "sbx-1")),
                        null);
            case "not-offered" -> new Failure.Refused(ErrorCode.NOT_IMPLEMENTED, "Not offered here: gpu").asException();
            case "checked" -> new IllegalStateException("table elevo on 10.0.0.3 is gone");
            default -> new StackOverflowError("deep");
        };
    }

    @Get("/unencodable")
    @PublicEndpoint
    Object unencodable() {
        return new Object() {
            @Override
            public String toString() {
                return "not serdeable";
            }
        };
    }

    private static <V> void put(Map<String, V> map, String name, @Nullable V value) {
        if (value != null) {
            map.put(name, value);
        }
    }
}
