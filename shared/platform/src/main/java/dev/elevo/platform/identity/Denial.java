package dev.elevo.platform.identity;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.util.Map;

/** Why a caller is not let in (contract 1.3). */
enum Denial {
    MISSING_CREDENTIALS(ErrorCode.UNAUTHORIZED, "missing_credentials", "Credentials are required"),
    UNSUPPORTED_SCHEME(
            ErrorCode.UNAUTHORIZED, "unsupported_scheme", "Only Bearer and ApiKey authorization is supported"),
    TOKEN_EXPIRED(ErrorCode.TOKEN_EXPIRED, "token_expired", "The credential has expired"),
    MALFORMED(ErrorCode.INVALID_TOKEN, "malformed", "The credential is malformed"),
    FOR_SOMEBODY_ELSE(ErrorCode.INVALID_TOKEN, "malformed", "The token was not issued for this deployment"),
    BAD_SIGNATURE(ErrorCode.INVALID_TOKEN, "bad_signature", "The token's signature is not valid"),
    UNKNOWN_KEY(ErrorCode.INVALID_TOKEN, "unknown_key", "The API key is not known"),
    REVOKED(ErrorCode.INVALID_TOKEN, "revoked", "The credential has been revoked");

    private final Failure failure;

    Denial(ErrorCode code, String reason, String message) {
        this.failure = new Failure.Refused(code, message, Map.of("reason", reason));
    }

    ApiException asException() {
        return failure.asException();
    }
}
