package dev.elevo.functions.admin;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Page;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.idempotency.IdempotencyKey;
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
import io.micronaut.http.uri.UriBuilder;
import jakarta.validation.Valid;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Organizations by whoever runs the deployment, and each organization's users by those who administer it. */
@Controller("/api/v1/admin/organizations")
class OrganizationController {
    private static final String PATH = "/api/v1/admin/organizations/";
    private static final String LIST = "organizations";
    private static final String SYSTEM = "system:admin";
    private static final String OWN = "org:admin";

    private final Organizations organizations;
    private final People people;
    private final Keys keys;
    private final DynamoKeyUses uses;
    private final Paging paging;
    private final InstantSource clock;

    OrganizationController(
            Organizations organizations,
            People people,
            Keys keys,
            DynamoKeyUses uses,
            Paging paging,
            InstantSource clock) {
        this.uses = uses;
        this.organizations = organizations;
        this.people = people;
        this.keys = keys;
        this.paging = paging;
        this.clock = clock;
    }

    @Post
    @NeedsScope(SYSTEM)
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("organization.create")
    HttpResponse<OrganizationInfo> createOrganization(@Body @Valid CreateOrganization body) {
        var made = organizations.create(body);
        return HttpResponse.created(OrganizationInfo.of(made), URI.create(PATH + made.id()));
    }

    @Get
    @NeedsScope(SYSTEM)
    Page<OrganizationInfo> listOrganizations(HttpRequest<?> request) {
        var page = Query.read(request, query -> paging.read(query, Window.SORTS, LIST));
        return paging.answer(page, organizations.list(page), LIST, OrganizationInfo::of);
    }

    @Get("/{id}")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    OrganizationInfo getOrganization(Principal caller, String id) {
        requireAdmin(caller, id);
        return OrganizationInfo.of(organizations.get(id));
    }

    @Patch("/{id}")
    @NeedsScope(SYSTEM)
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("organization.update")
    OrganizationInfo changeOrganization(String id, @Body @Valid OrganizationUpdate body) {
        return OrganizationInfo.of(organizations.change(id, body));
    }

    @Post("/{id}/disable")
    @NeedsScope(SYSTEM)
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("organization.disable")
    OrganizationInfo disableOrganization(String id, @Nullable @Body @Valid Disabling body) {
        return OrganizationInfo.of(organizations.disable(id, body == null ? null : body.reason()));
    }

    @Post("/{id}/enable")
    @NeedsScope(SYSTEM)
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("organization.enable")
    OrganizationInfo enableOrganization(String id) {
        return OrganizationInfo.of(organizations.enable(id));
    }

    @Get("/{id}/users")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    Page<UserInfo> listUsers(HttpRequest<?> request, Principal caller, String id) {
        requireAdmin(caller, id);
        var list = "users of " + id;
        var page = Query.read(request, query -> paging.read(query, Window.SORTS, list));
        return paging.answer(page, people.list(id, page), list, member -> UserInfo.of(member, null));
    }

    @Post("/{id}/users")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("user.create")
    HttpResponse<UserInfo> createUser(Principal caller, String id, @Body @Valid CreateUser body) {
        requireAdmin(caller, id);
        var made = people.invite(id, body.id(), body);
        return HttpResponse.created(
                UserInfo.of(made, null),
                UriBuilder.of(PATH + "{id}/users/{user}").expand(Map.of("id", id, "user", made.id())));
    }

    @Get("/{id}/users/{userId}")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    UserInfo getUser(Principal caller, String id, String userId) {
        requireAdmin(caller, id);
        return UserInfo.of(people.get(id, userId), null);
    }

    @Patch("/{id}/users/{userId}")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("user.update")
    UserInfo changeUser(Principal caller, String id, String userId, @Body @Valid MemberUpdate body) {
        requireAdmin(caller, id);
        return UserInfo.of(people.change(id, userId, body), null);
    }

    @Post("/{id}/users/{userId}/disable")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("user.disable")
    UserInfo disableUser(Principal caller, String id, String userId, @Nullable @Body @Valid Disabling body) {
        requireAdmin(caller, id);
        return UserInfo.of(people.disable(id, userId, body == null ? null : body.reason()), null);
    }

    @Post("/{id}/users/{userId}/enable")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("user.enable")
    UserInfo enableUser(Principal caller, String id, String userId) {
        requireAdmin(caller, id);
        return UserInfo.of(people.enable(id, userId), null);
    }

    @Post("/{id}/users/{userId}/api-keys")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("key.create")
    HttpResponse<ApiKeyInfo> createUserKey(
            HttpRequest<?> request, Principal caller, String id, String userId, @Body @Valid CreateKey body) {
        requireAdmin(caller, id);
        var attempt = IdempotencyKey.of(request, caller).orElse(null);
        return KeyController.created(keys.createFor(caller, people.get(id, userId), body, attempt), clock);
    }

    @Get("/{id}/users/{userId}/api-keys")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    Page<ApiKeyInfo> listUserKeys(HttpRequest<?> request, Principal caller, String id, String userId) {
        requireAdmin(caller, id);
        var list = "keys of " + id + " " + userId;
        var page = Query.read(request, query -> paging.read(query, Window.SORTS, list));
        var found = keys.list(Keys.Owner.of(people.get(id, userId)), page);
        var used = uses.lastUses(found.items().stream().map(Key::id).toList());
        return paging.answer(page, found, list, key -> ApiKeyInfo.of(key, null, used.get(key.id()), clock.instant()));
    }

    @Patch("/{id}/users/{userId}/api-keys/{keyId}")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("key.update")
    ApiKeyInfo changeUserKey(Principal caller, String id, String userId, String keyId, @Body @Valid KeyUpdate body) {
        requireAdmin(caller, id);
        var changed = keys.changeFor(caller, people.get(id, userId), keyId, body);
        return ApiKeyInfo.of(changed, null, uses.lastUses(List.of(keyId)).get(keyId), clock.instant());
    }

    @Delete("/{id}/users/{userId}/api-keys/{keyId}")
    @NeedsScope({OWN, SYSTEM})
    @Fails(ErrorCode.RESOURCE_NOT_FOUND)
    @Audited("key.revoke")
    HttpResponse<?> revokeUserKey(Principal caller, String id, String userId, String keyId) {
        requireAdmin(caller, id);
        keys.revoke(new Keys.Owner(id, userId), keyId);
        return HttpResponse.noContent();
    }

    /** Another's organization is as good as none. */
    private static void requireAdmin(Principal caller, String organizationId) {
        if (!caller.organizationId().equals(organizationId) && !caller.grants(SYSTEM)) {
            throw AdminFailures.notFound("organization", organizationId);
        }
    }
}
