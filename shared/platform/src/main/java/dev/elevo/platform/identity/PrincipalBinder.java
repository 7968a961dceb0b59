package dev.elevo.platform.identity;

import dev.elevo.platform.http.Call;
import io.micronaut.core.convert.ArgumentConversionContext;
import io.micronaut.core.type.Argument;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.bind.binders.TypedRequestArgumentBinder;
import jakarta.inject.Singleton;

/** Gives controllers the caller as an argument. */
@Singleton
final class PrincipalBinder implements TypedRequestArgumentBinder<Principal> {
    private static final Argument<Principal> PRINCIPAL = Argument.of(Principal.class);

    @Override
    public Argument<Principal> argumentType() {
        return PRINCIPAL;
    }

    @Override
    public BindingResult<Principal> bind(ArgumentConversionContext<Principal> context, HttpRequest<?> request) {
        var principal = Call.of(request).principal();
        return () -> principal;
    }
}
