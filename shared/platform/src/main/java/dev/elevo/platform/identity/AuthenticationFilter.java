package dev.elevo.platform.identity;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.PipelineOrder;
import dev.elevo.platform.streams.Handshake;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Puts the caller's name on the call, or refuses it (401). */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class AuthenticationFilter {
    private static final int UNAUTHORIZED = 401;

    private final Authenticator authenticator;
    private final KnownCredentials known;
    private final AddressGuard guard;
    private final OneUseTokens tokens;

    AuthenticationFilter(Authenticator authenticator, KnownCredentials known, AddressGuard guard, OneUseTokens tokens) {
        this.authenticator = authenticator;
        this.tokens = tokens;
        this.known = known;
        this.guard = guard;
    }

    @RequestFilter
    @Order(PipelineOrder.AUTHENTICATION)
    void authenticate(HttpRequest<?> request) {
        var call = Call.of(request);
        if (!Gate.isGuarded(call)) {
            return;
        }
        switch (CredentialReader.read(request)) {
            case Credential.None none -> {
                guard.countFailure(call);
                throw none.denial().asException();
            }
            case Credential.Presented presented -> authenticate(call, presented, request);
        }
    }

    private void authenticate(Call call, Credential.Presented presented, HttpRequest<?> request) {
        try {
            if (Handshake.isOn(request) && OneUseTokens.isOne(presented)) {
                call.authenticated(tokens.redeem(presented, request.getPath()));
                return;
            }
            call.authenticated(authenticator.authenticate(presented));
            known.add(presented);
        } catch (ApiException refused) {
            // A store that is down says nothing about the credential.
            if (refused.failure().status() == UNAUTHORIZED) {
                known.remove(presented);
                guard.countFailure(call);
            }
            throw refused;
        }
    }
}
