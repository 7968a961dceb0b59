package dev.elevo.platform.identity;

import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.Endpoint.Access;

/** Which calls need a caller at all: neither public endpoints nor paths nobody serves do. */
final class Gate {
    private Gate() {}

    static boolean isGuarded(Call call) {
        return call.endpoint()
                .map(endpoint -> !(endpoint.access() instanceof Access.Anyone))
                .orElse(false);
    }
}
