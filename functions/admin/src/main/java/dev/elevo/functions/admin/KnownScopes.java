package dev.elevo.functions.admin;

import dev.elevo.contract.Failure;
import dev.elevo.platform.identity.Scopes;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;

/** Slips in what a key is to be given. What is no word of ours is a route's, and there any will do. */
@Singleton
class KnownScopes {
    private final Sql sql;

    KnownScopes(Sql sql) {
        this.sql = sql;
    }

    /**
     * Within a transaction.
     *
     * @param had what needs no second look
     */
    void require(List<String> permissions, Collection<String> had) {
        for (int i = 0; i < permissions.size(); i++) {
            var permission = permissions.get(i);
            var meant =
                    had.contains(permission) ? null : Scopes.meantBy(permission).orElse(null);
            if (meant != null && !isOfRoutes(permission)) {
                throw Failure.Invalid.field(
                                "permissions[" + i + "]",
                                "opens nothing: did you mean " + meant
                                        + "? (One that a route is to ask for is made by POST /admin/permissions.)",
                                permission)
                        .asException();
            }
        }
    }

    private boolean isOfRoutes(String permission) {
        return sql.count(
                        "SELECT (SELECT count(*) FROM permission WHERE permission_code = ?) + (SELECT count(*) FROM gateway_route"
                                + " WHERE deleted_at IS NULL AND jsonb_exists(settings -> 'required_permissions', ?))",
                        permission,
                        permission)
                > 0;
    }
}
