package dev.elevo.functions.admin;

import dev.elevo.contract.Failure;
import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.identity.PresentedTokens;
import dev.elevo.platform.keys.DynamoRevokedTokens;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;

@Controller("/api/v1/auth")
class RevocationController {
    private final DynamoRevokedTokens revoked;

    RevocationController(DynamoRevokedTokens revoked) {
        this.revoked = revoked;
    }

    /** Of the token the request comes with: nobody can revoke another's. */
    @Post("/revoke")
    @AnyCredential
    @Audited("token.revoke")
    HttpResponse<?> revokeToken(HttpRequest<?> request) {
        var token = PresentedTokens.of(request).orElse(null);
        if (token == null || token.id() == null) {
            throw Failure.Invalid.field("Authorization", "must be a JWT with a jti", null)
                    .asException();
        }
        revoked.add(token.id(), token.expiresAt());
        return HttpResponse.noContent();
    }
}
