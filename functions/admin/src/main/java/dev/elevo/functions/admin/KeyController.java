package dev.elevo.functions.admin;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.keys.DynamoKeyUses;
import dev.elevo.platform.openapi.Fails;
import dev.elevo.platform.paging.Paging;
import dev.elevo.platform.paging.Query;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import jakarta.validation.Valid;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;

@Controller("/api/v1/users/me/api-keys")
class KeyController {
    private static final String PATH = "/api/v1/users/me/api-keys/";

    private final Keys keys;
    private final DynamoKeyUses uses;
    private final Paging paging;
    private final InstantSource clock;

    KeyController(Keys keys, DynamoKeyUses uses, Paging paging, InstantSource clock) {
        this.keys = keys;
        this.uses = uses;
        this.paging = paging;
        this.clock = clock;
    }

    @Get
    @AnyCredential
    Page<ApiKeyInfo> listKeys(HttpRequest<?> request, Principal caller) {
        var list = "keys of " + caller.organizationId() + " " + caller.userId();
        var page = Query.read(request, query -> paging.read(query, Window.SORTS, list));
        var found = keys.list(Keys.Owner.of(caller), page);
        var used = uses.lastUses(found.items().stream().map(Key::id).toList());
        return paging.answer(page, found, list, key -> ApiKeyInfo.of(key, null, used.get(key.id()), clock.instant()));
    }

    @Post
    @NeedsScope("user:write")
    @Audited("key.create")
    HttpResponse<ApiKeyInfo> createKey(HttpRequest<?> request, Principal caller, @Body @Valid CreateKey body) {
        var made = keys.create(caller, body, IdempotencyKey.of(request, caller).orElse(null));
        return created(made, clock);
    }

    static HttpResponse<ApiKeyInfo> created(Keys.Made made, InstantSource clock) {
        return HttpResponse.created(
                ApiKeyInfo.of(made.key(), made.secret(), null, clock.instant()),
                URI.create(PATH + made.key().id()));
    }

    @Patch("/{id}")
    @NeedsScope("user:write")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("key.update")
    ApiKeyInfo changeKey(Principal caller, String id, @Body @Valid KeyUpdate body) {
        var changed = keys.change(caller, Keys.Owner.of(caller), id, body);
        return ApiKeyInfo.of(changed, null, uses.lastUses(List.of(id)).get(id), clock.instant());
    }

    @Delete("/{id}")
    @NeedsScope("user:write")
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("key.revoke")
    HttpResponse<?> revokeKey(Principal caller, String id) {
        keys.revoke(Keys.Owner.of(caller), id);
        return HttpResponse.noContent();
    }
}
