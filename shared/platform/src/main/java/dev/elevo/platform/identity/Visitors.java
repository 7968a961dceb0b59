package dev.elevo.platform.identity;

import dev.elevo.contract.ApiException;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.limits.Decision;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks callers for their names who come by another way than a request of the API, with the same credentials and the same patience. */
@Singleton
public final class Visitors {
    private static final int UNAUTHORIZED = 401;

    private final Authenticator authenticator;
    private final KeyVerifier keys;
    private final JwtVerifier jwts;
    private final KnownCredentials known;
    private final AddressGuard guard;
    private final Admission admission;

    Visitors(
            Authenticator authenticator,
            KeyVerifier keys,
            JwtVerifier jwts,
            KnownCredentials known,
            AddressGuard guard,
            Admission admission) {
        this.admission = admission;
        this.authenticator = authenticator;
        this.keys = keys;
        this.jwts = jwts;
        this.known = known;
        this.guard = guard;
    }

    /** The forms of contract 1.3, as they came. */
    public record Forms(
            @Nullable String authorization,
            @Nullable String apiKeyHeader,
            @Nullable String apiKeyQuery) {
        @Override
        public String toString() {
            return "Forms[]";
        }
    }

    /** The caller, or 401; or 429 when the address has failed too often. */
    public Principal identify(Forms forms, String address) {
        return identify(forms, address, nobody -> {});
    }

    /** The same, and puts the name of the caller on the call, also of one who is turned away. */
    public Principal identify(Forms forms, Call call) {
        var caller = identify(forms, call.remoteAddress(), call::suspected);
        call.authenticated(caller);
        return caller;
    }

    private Principal identify(Forms forms, String address, Consumer<Principal> suspected) {
        var credential = CredentialReader.read(forms.authorization(), forms.apiKeyHeader(), forms.apiKeyQuery());
        if (!(credential instanceof Credential.Presented presented && known.contains(presented))) {
            guard.checkNotEmptied(address, Visitors::untold);
        }
        return switch (credential) {
            case Credential.None none -> {
                guard.countFailure(address, Visitors::untold);
                throw none.denial().asException();
            }
            case Credential.Presented presented -> identify(presented, address, suspected);
        };
    }

    private Principal identify(Credential.Presented presented, String address, Consumer<Principal> suspected) {
        try {
            var principal = authenticator.authenticate(presented);
            suspected.accept(principal);
            var admitted = admission.admit(principal);
            known.add(presented);
            return admitted;
        } catch (ApiException refused) {
            if (refused.failure().status() == UNAUTHORIZED) {
                known.remove(presented);
                guard.countFailure(address, Visitors::untold);
                authenticator.owner(presented).ifPresent(suspected);
            }
            throw refused;
        }
    }

    /** Refuses a ticket that is over (1003) or was never ours for this (1004), and counts that as any failure. */
    public ApiException refuseTicket(boolean isOver, String address) {
        guard.checkNotEmptied(address, Visitors::untold);
        guard.countFailure(address, Visitors::untold);
        return (isOver ? Denial.TOKEN_EXPIRED : Denial.BAD_SIGNATURE).asException();
    }

    /** Whether that header holds something that opens our API: then nobody else may see it. */
    public boolean ownsAuthorization(@Nullable String authorization) {
        return authorization != null
                && CredentialReader.read(authorization, null, null) instanceof Credential.Presented presented
                && switch (presented) {
                    case Credential.Key key -> keys.recognizes(key);
                    case Credential.Jwt jwt -> jwts.recognizes(jwt);
                };
    }

    public boolean ownsKey(@Nullable String key) {
        return key != null && keys.recognizes(new Credential.Key(key.strip()));
    }

    /** There is no answer of ours that could carry where the caller stands. */
    private static void untold(Decision decision) {}
}
