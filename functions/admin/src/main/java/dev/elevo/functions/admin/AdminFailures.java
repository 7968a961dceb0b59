package dev.elevo.functions.admin;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.platform.identity.Principal;
import java.util.List;
import java.util.Map;

/** What is refused here, in words. */
final class AdminFailures {
    private AdminFailures() {}

    static ApiException notFound(String what, String id) {
        return new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "There is no " + what + " " + id, Map.of("id", id))
                .asException();
    }

    static ApiException tooMany(String resource, int limit) {
        return new Failure.Refused(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "There are as many " + resource + " as there may be",
                        Map.of("resource", resource, "limit", limit))
                .asException();
    }

    static ApiException notYours(List<String> required, Principal caller) {
        return new Failure.Refused(
                        ErrorCode.INSUFFICIENT_SCOPE,
                        "A key may not be given what its maker does not hold",
                        Map.of("required", required, "granted", caller.scopes()))
                .asException();
    }

    static ApiException lacking(String scope, Principal caller) {
        return new Failure.Refused(
                        ErrorCode.INSUFFICIENT_SCOPE,
                        "Limits are for whoever administers the organization",
                        Map.of("required", List.of(scope), "granted", caller.scopes()))
                .asException();
    }

    static ApiException unknownKey() {
        return new Failure.Refused(
                        ErrorCode.INVALID_TOKEN,
                        "The database does not know this key, so nothing is made or changed by it",
                        Map.of("reason", "unknown_key"))
                .asException();
    }

    static ApiException revoked() {
        return new Failure.Refused(
                        ErrorCode.INVALID_TOKEN, "The credential has been revoked", Map.of("reason", "revoked"))
                .asException();
    }
}
