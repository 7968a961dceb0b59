package dev.elevo.platform.identity;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.platform.http.Call;
import dev.elevo.platform.http.Endpoint;
import dev.elevo.platform.http.Endpoint.Access;
import dev.elevo.platform.http.PipelineOrder;
import io.micronaut.core.annotation.Order;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Filter;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.List;
import java.util.Map;

/** Lets only those pass to whom the endpoint's scope was granted (403). */
@ServerFilter(Filter.MATCH_ALL_PATTERN)
final class ScopeFilter {

    @RequestFilter
    @Order(PipelineOrder.SCOPE)
    void check(HttpRequest<?> request) {
        var call = Call.of(request);
        call.endpoint().ifPresent(endpoint -> check(call, endpoint));
    }

    private static void check(Call call, Endpoint endpoint) {
        switch (endpoint.access()) {
            case Access.Anyone anyone -> {}
            case Access.AnyAuthenticated any -> {}
            case Access.Scoped(var anyOf) -> check(call.principal().orElseThrow(), anyOf);
            case Access.Undeclared undeclared ->
                throw new IllegalStateException(endpoint.method() + " " + endpoint.template() + " declares no access");
        }
    }

    private static void check(Principal principal, List<String> anyOf) {
        if (anyOf.stream().noneMatch(principal::grants)) {
            throw new Failure.Refused(
                            ErrorCode.INSUFFICIENT_SCOPE,
                            "The credential does not hold the needed scope",
                            Map.of("required", anyOf, "granted", principal.scopes()))
                    .asException();
        }
    }
}
