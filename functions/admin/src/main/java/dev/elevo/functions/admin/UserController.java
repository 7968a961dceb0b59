package dev.elevo.functions.admin;

import dev.elevo.platform.audit.Audited;
import dev.elevo.platform.identity.AnyCredential;
import dev.elevo.platform.identity.NeedsScope;
import dev.elevo.platform.identity.PresentedTokens;
import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Put;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

@Controller("/api/v1/users/me")
class UserController {
    private static final UserUpdate NOTHING = new UserUpdate(null, null, null);

    private final People people;
    private final Keys keys;

    UserController(People people, Keys keys) {
        this.people = people;
        this.keys = keys;
    }

    @Get
    @AnyCredential
    UserInfo getMe(HttpRequest<?> request, Principal caller) {
        return UserInfo.of(people.me(caller), auth(request, caller));
    }

    @Put
    @NeedsScope("user:write")
    @Audited("user.update")
    UserInfo describeMe(HttpRequest<?> request, Principal caller, @Nullable @Body @Valid UserUpdate body) {
        return UserInfo.of(people.describe(caller, body == null ? NOTHING : body), auth(request, caller));
    }

    private UserInfo.Auth auth(HttpRequest<?> request, Principal caller) {
        return switch (caller.kind()) {
            case JWT ->
                new UserInfo.Auth(
                        "bearer",
                        null,
                        caller.scopes(),
                        PresentedTokens.of(request)
                                .map(PresentedTokens.Token::expiresAt)
                                .orElse(null));
            case API_KEY ->
                new UserInfo.Auth(
                        "api_key",
                        caller.keyId(),
                        caller.scopes(),
                        keys.find(caller.keyId()).map(Key::expiresAt).orElse(null));
        };
    }
}
