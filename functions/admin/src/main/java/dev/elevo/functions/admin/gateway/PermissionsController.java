package dev.elevo.functions.admin.gateway;

import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.audit.AuditedResource;
import dev.elevo.platform.http.RawRequest;
import dev.elevo.platform.identity.NeedsScope;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.json.JsonMapper;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Permissions by name, for routes to require. */
@Controller("/admin/permissions")
class PermissionsController {
    private static final String ADMIN = "gateway.admin";
    private static final int MOST = 2000;

    /** Of what credentials may hold, what means one permission: no globs. */
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9:._/-]+");

    private static final String CODE_WORDS = "must have letters, digits and : . _ / - only";

    private final RuleChanges changes;
    private final RuleStore store;
    private final JsonMapper json;
    private final InstantSource clock;

    PermissionsController(RuleChanges changes, RuleStore store, JsonMapper json, InstantSource clock) {
        this.changes = changes;
        this.store = store;
        this.json = json;
        this.clock = clock;
    }

    @Get
    @NeedsScope(ADMIN)
    GatewayAnswer<PermissionList> listPermissions() {
        var permissions = changes.read(store::permissions);
        return GatewayAnswer.of(new PermissionList(
                permissions.size(),
                permissions.stream()
                        .map(permission -> PermissionInfo.of(permission, null))
                        .toList()));
    }

    @Post
    @NeedsScope(ADMIN)
    @Audited("permission.create")
    GatewayAnswer<PermissionInfo> createPermission(HttpRequest<?> request) {
        var fields = Fields.of(json, RawRequest.of(request).rawBody());
        var permission = new Permission(
                UUID.randomUUID(),
                fields.text("permission_code", "", 1, 100, CODE.asMatchPredicate(), CODE_WORDS),
                fields.text("permission_name", "", 1, 100),
                fields.text("description", "", 0, 500),
                fields.text("resource_type", "", 0, 50),
                fields.texts("actions", List.of(), 50, 100),
                fields.flag("is_system", false),
                clock.instant().truncatedTo(ChronoUnit.MICROS));
        fields.check();
        changes.write(() -> {
            RuleChanges.checkRoom(store.permissions().size(), MOST, "permissions");
            if (!store.add(permission)) {
                throw RuleChanges.existing("a permission " + permission.code());
            }
            return permission;
        });
        AuditedResource.is(permission.id().toString());
        return GatewayAnswer.of(PermissionInfo.of(permission, fields.ignored()));
    }
}
