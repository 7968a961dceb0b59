package dev.elevo.platform.identity;

import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.PipelineOrder;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Turns away callers from an address that has failed too often, before their credential costs a look-up. */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class AddressFilter {
    private final KnownCredentials known;
    private final AddressGuard guard;

    AddressFilter(KnownCredentials known, AddressGuard guard) {
        this.known = known;
        this.guard = guard;
    }

    @RequestFilter
    @Order(PipelineOrder.ADDRESS_BUCKET)
    void check(HttpRequest<?> request) {
        var call = Call.of(request);
        if (!Gate.isGuarded(call)) {
            return;
        }
        if (!(CredentialReader.read(request) instanceof Credential.Presented presented && known.contains(presented))) {
            guard.checkNotEmptied(call);
        }
    }
}
