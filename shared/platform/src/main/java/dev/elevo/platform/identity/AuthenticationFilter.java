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
    private final Admission admission;

    AuthenticationFilter(
            Authenticator authenticator,
            KnownCredentials known,
            AddressGuard guard,
            OneUseTokens tokens,
            Admission admission) {
        this.authenticator = authenticator;
        this.tokens = tokens;
        this.admission = admission;
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
            var isTicket = Handshake.isOn(request) && OneUseTokens.isOne(presented);
            var caller = isTicket ? tokens.redeem(presented, request.getPath()) : authenticator.authenticate(presented);
            // Also one who is turned away has a name in the trail.
            call.authenticated(caller);
            call.authenticated(admission.admit(caller));
            if (!isTicket) {
                known.add(presented);
            }
        } catch (ApiException refused) {
            // A store that is down says nothing about the credential.
            if (refused.failure().status() == UNAUTHORIZED) {
                known.remove(presented);
                guard.countFailure(call);
                authenticator.owner(presented).ifPresent(call::suspected);
            }
            throw refused;
        }
    }
}
