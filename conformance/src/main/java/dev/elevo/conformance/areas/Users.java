package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.NotOffered;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** 2.9 and 2.10: people, their keys and devices, and whoever administers them. */
final class Users extends Area {
    private static final String ORGANIZATIONS = "/admin/organizations";

    Users() {
        super("users");
        me();
        keys();
        devices();
        revocation();
        organizations();
        members();
    }

    private void me() {
        endpoint("GET /users/me");
        statement("3.10: who the credential is for and what it may", w -> {
            var made = w.key(w.api(), "sandbox:read", "files:*");
            w.as(made.field("key"))
                    .get("/users/me")
                    .is(200)
                    .has("/auth/type", "api_key")
                    .has("/auth/keyId", made.field("id"))
                    .has("/auth/scopes", List.of("sandbox:read", "files:*"))
                    .has("/organizationId");
        });
        endpoint("PUT /users/me");
        statement("2.9a: what is left out is cleared", w -> {
            w.api()
                    .put("/users/me", "name", "Ann", "email", "ann@example.org", "metadata", Map.of("a", "b"))
                    .is(200)
                    .has("/name", "Ann")
                    .has("/email", "ann@example.org")
                    .has("/metadata/a", "b");
            w.api().put("/users/me", "name", "Ann").is(200).lacks("/email").has("/metadata", Map.of());
            w.api().put("/users/me", "email", "nonsense").fails(9004);
        });
    }

    private void keys() {
        endpoint("POST /users/me/api-keys");
        statement(
                "2.9a: 201 with the key, this once",
                w -> w.key(w.api(), "sandbox:read")
                        .has("/active", true)
                        .has("/permissions", List.of("sandbox:read"))
                        .has("/userId")
                        .fits("the key's form", answer -> answer.field("key").matches("ewk_[A-Za-z0-9_-]{43}"))
                        .fits(
                                "the prefix",
                                answer -> answer.field("key").startsWith(answer.field("prefix"))
                                        && answer.field("prefix").length() == 8));
        statement("2.9a: a permission that the caller does not hold is 1005", w -> {
            var few = w.keyed("user:write", "files:*");
            few.post("/users/me/api-keys", "name", "x", "permissions", List.of("sandbox:read"))
                    .fails(1005);
            few.post("/users/me/api-keys", "name", "x", "permissions", List.of("*"))
                    .fails(1005);
            w.key(few, "files:read");
        });
        statement(
                "2.9a: an end in the past is 9004",
                w -> w.api()
                        .post(
                                "/users/me/api-keys",
                                "name",
                                "x",
                                "expiresAt",
                                Instant.now().minusSeconds(60).toString())
                        .fails(9004));
        endpoint("GET /users/me/api-keys");
        statement("2.9a: a page, newest first, without the key itself", w -> {
            var id = w.key(w.api(), "sandbox:read").field("id");
            w.api()
                    .get("/users/me/api-keys?limit=100")
                    .is(200)
                    .among("/data", "id", id)
                    .lacks("/data/0/key");
        });
        endpoint("PATCH /users/me/api-keys/{id}");
        statement("extension: another name, and fewer permissions", w -> {
            var id = w.key(w.api(), "sandbox:*").field("id");
            w.api()
                    .patch("/users/me/api-keys/" + id, "name", "other", "permissions", List.of("sandbox:read"))
                    .is(200)
                    .has("/name", "other")
                    .has("/permissions", List.of("sandbox:read"));
        });
        endpoint("DELETE /users/me/api-keys/{id}");
        statement("2.9a: 204, and the key stops working: 1004, revoked", w -> {
            var made = w.key(w.api(), "*");
            var caller = w.as(made.field("key"));
            caller.get("/users/me").is(200);
            w.api().delete("/users/me/api-keys/" + made.field("id")).is(204);
            w.eventually("1004", () -> caller.get("/users/me").code() == 1004);
            w.api().delete("/users/me/api-keys/" + made.field("id")).fails(9008);
        });
    }

    private void devices() {
        endpoint("POST /users/me/devices");
        statement("2.9b: 201, 200 for a token that was known; of it the last six are told", w -> {
            var token = w.name("token");
            var made = w.api()
                    .post("/users/me/devices", "platform", "android", "token", token, "name", "mine")
                    .is(201)
                    .has("/platform", "android")
                    .has("/tokenSuffix", token.substring(token.length() - 6));
            w.api()
                    .post("/users/me/devices", "platform", "android", "token", token)
                    .is(200);
            w.api().delete("/users/me/devices/" + made.field("id")).is(204);
            w.api()
                    .post("/users/me/devices", "platform", "nonsense", "token", token)
                    .fails(9004);
        });
        endpoint("GET /users/me/devices");
        statement("2.9b: a page of them", w -> {
            var id = w.api()
                    .post("/users/me/devices", "platform", "ios", "token", w.name("token"))
                    .is(201)
                    .field("id");
            w.api().get("/users/me/devices?limit=100").is(200).among("/data", "id", id);
            w.api().delete("/users/me/devices/" + id).is(204);
        });
        endpoint("DELETE /users/me/devices/{id}");
        statement("2.9b: 204, and again 9008", w -> {
            var id = w.api()
                    .post("/users/me/devices", "platform", "ios", "token", w.name("token"))
                    .is(201)
                    .field("id");
            w.api().delete("/users/me/devices/" + id).is(204);
            w.api().delete("/users/me/devices/" + id).fails(9008);
        });
    }

    private void revocation() {
        endpoint("POST /auth/revoke");
        statement("2.10: an API key is 9004", w -> w.api().post("/auth/revoke").fails(9004));
        statement("2.10: 204 for a JWT with a jti, which then is 1004", w -> {
            var token = w.lab().token();
            if (token.isEmpty()) {
                throw new NotOffered("takes ELEVO_JWT_SECRET, to make a token that may be revoked");
            }
            var caller = w.stranger().with("Authorization", "Bearer " + token);
            caller.get("/users/me").is(200).has("/auth/type", "bearer");
            caller.post("/auth/revoke").is(204);
            w.eventually("1004", () -> caller.get("/users/me").code() == 1004);
        });
    }

    private void organizations() {
        endpoint("POST /admin/organizations");
        statement("extension: 201, again too, and another of the same id is 9004", w -> {
            w.lab().requireOrganizations();
            // There is no way to be rid of one: it stays, disabled.
            for (int i = 0; i < 2; i++) {
                w.root()
                        .post(ORGANIZATIONS, "id", "conf-" + w.lab().mark(), "name", "Made by the conformance suite")
                        .is(201);
            }
            w.root()
                    .post(ORGANIZATIONS, "id", "conf-" + w.lab().mark(), "name", "Another")
                    .fails(9004);
            w.root()
                    .post(ORGANIZATIONS + "/conf-" + w.lab().mark() + "/disable")
                    .is(200);
            w.root().post(ORGANIZATIONS, "id", "NO").fails(9004);
        });
        endpoint("GET /admin/organizations");
        statement("extension: a page of them", w -> {
            w.lab().requireOrganizations();
            w.root().get(ORGANIZATIONS + "?limit=100").is(200).among("/data", "id", "conformance");
        });
        endpoint("GET /admin/organizations/{id}");
        statement("extension: one, to the operator and to its own administrator", w -> {
            w.lab().requireOrganizations();
            w.root()
                    .get(ORGANIZATIONS + "/conformance")
                    .is(200)
                    .has("/disabled", false)
                    .has("/maxSandboxes", 1000);
            w.api().get(ORGANIZATIONS + "/conformance").is(200);
            w.api().get(ORGANIZATIONS + "/conformance-full").fails(9008);
        });
        endpoint("PATCH /admin/organizations/{id}");
        statement("extension: quotas and limits of its own", w -> {
            w.lab().requireOrganizations();
            w.root()
                    .patch(ORGANIZATIONS + "/conformance", "name", "Conformance")
                    .is(200)
                    .has("/name", "Conformance");
            w.root().patch(ORGANIZATIONS + "/conformance", "maxSandboxes", -1).fails(9004);
        });
        endpoint("POST /admin/organizations/{id}/disable");
        statement("extension: its keys are 1002 until it is enabled", w -> {
            w.lab().requireOrganizations();
            var key = w.as(w.lab().otherKey());
            key.get("/users/me").is(200);
            w.root()
                    .post(ORGANIZATIONS + "/conformance-other/disable", "reason", "tried")
                    .is(200)
                    .has("/disabled", true)
                    .has("/disabledReason", "tried");
            w.eventually("1002", () -> key.get("/users/me").code() == 1002);
            w.root().post(ORGANIZATIONS + "/conformance-other/enable").is(200).has("/disabled", false);
            w.eventually("200", () -> key.get("/users/me").status() == 200);
        });
        endpoint("POST /admin/organizations/{id}/enable");
        statement("extension: once more is no error", w -> {
            w.lab().requireOrganizations();
            w.root().post(ORGANIZATIONS + "/conformance/enable").is(200);
        });
    }

    private void members() {
        var users = ORGANIZATIONS + "/conformance/users";
        endpoint("POST /admin/organizations/{id}/users");
        statement("extension: 201 with the user", w -> {
            w.lab().requireOrganizations();
            w.root().post(users, "id", w.name("user"), "role", "viewer").is(201).has("/organizationId", "conformance");
            w.root()
                    .post(users, "id", w.name("user"), "role", "king")
                    .fits("is refused", answer -> answer.status() >= 400);
        });
        endpoint("GET /admin/organizations/{id}/users");
        statement("extension: a page of them", w -> {
            w.lab().requireOrganizations();
            w.root().get(users + "?limit=100").is(200).among("/data", "organizationId", "conformance");
        });
        endpoint("GET /admin/organizations/{id}/users/{userId}");
        statement("extension: one of them", w -> {
            w.lab().requireOrganizations();
            w.root().get(users + "/conformance").is(200).has("/id", "conformance");
        });
        endpoint("POST /admin/organizations/{id}/users/{userId}/api-keys");
        statement("extension: a key with the scopes of the role", w -> {
            w.lab().requireOrganizations();
            var user = w.name("user");
            w.root().post(users, "id", user, "role", "viewer").is(201);
            w.root()
                    .post(users + "/" + user + "/api-keys", "name", "k")
                    .is(201)
                    .has("/key")
                    .among("/permissions", "", "sandbox:read");
        });
        endpoint("PATCH /admin/organizations/{id}/users/{userId}");
        statement("extension: another role, name and address", w -> {
            w.lab().requireOrganizations();
            var user = w.name("user");
            w.root().post(users, "id", user, "role", "viewer").is(201);
            w.root()
                    .patch(users + "/" + user, "role", "member", "name", "Ann")
                    .is(200)
                    .has("/role", "member")
                    .has("/name", "Ann");
            w.root().patch(users + "/" + user, "email", "nonsense").fails(9004);
            w.root().patch(users + "/" + w.name("nobody"), "name", "Ann").fails(9008);
        });
        endpoint("GET /admin/organizations/{id}/users/{userId}/api-keys");
        statement("extension: a page of another's keys, without the keys themselves", w -> {
            w.lab().requireOrganizations();
            var user = w.name("user");
            w.root().post(users, "id", user).is(201);
            var id = w.root()
                    .post(users + "/" + user + "/api-keys", "name", "k")
                    .is(201)
                    .field("id");
            w.root()
                    .get(users + "/" + user + "/api-keys")
                    .is(200)
                    .among("/data", "id", id)
                    .lacks("/data/0/key");
            w.root().get(users + "/" + w.name("nobody") + "/api-keys").fails(9008);
        });
        endpoint("PATCH /admin/organizations/{id}/users/{userId}/api-keys/{keyId}");
        statement("extension: limits of a key, at most the organization's", w -> {
            w.lab().requireOrganizations();
            var user = w.name("user");
            w.root().post(users, "id", user).is(201);
            var id = w.root()
                    .post(users + "/" + user + "/api-keys", "name", "k")
                    .is(201)
                    .field("id");
            w.root()
                    .patch(users + "/" + user + "/api-keys/" + id, "limits", Map.of("exec", 1))
                    .is(200)
                    .has("/limits/exec", 1);
            w.root()
                    .patch(users + "/" + user + "/api-keys/" + id, "limits", Map.of("nothing", 1))
                    .fails(9004);
            w.root().patch(users + "/" + user + "/api-keys/none", "name", "k").fails(9008);
        });
        endpoint("DELETE /admin/organizations/{id}/users/{userId}/api-keys/{keyId}");
        statement("extension: 204, the key is 1004, and again 9008", w -> {
            w.lab().requireOrganizations();
            var user = w.name("user");
            w.root().post(users, "id", user).is(201);
            var made =
                    w.root().post(users + "/" + user + "/api-keys", "name", "k").is(201);
            var key = users + "/" + user + "/api-keys/" + made.field("id");
            w.root().delete(key).is(204);
            w.eventually("1004", () -> w.as(made.field("key")).get("/users/me").code() == 1004);
            w.root().delete(key).fails(9008);
        });
        endpoint("POST /admin/organizations/{id}/users/{userId}/disable");
        statement("extension: 200, and enabled again", w -> {
            w.lab().requireOrganizations();
            var user = w.name("user");
            w.root().post(users, "id", user).is(201);
            w.root().post(users + "/" + user + "/disable").is(200);
        });
        endpoint("POST /admin/organizations/{id}/users/{userId}/enable");
        statement("extension: 200", w -> {
            w.lab().requireOrganizations();
            w.root().post(users + "/conformance/enable").is(200);
        });
    }
}
