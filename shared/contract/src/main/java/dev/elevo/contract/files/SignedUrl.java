package dev.elevo.contract.files;

import io.micronaut.serde.annotation.Serdeable;
import java.time.Instant;

/** An address that is its own credential. */
@Serdeable
public record SignedUrl(String url, String method, String path, Instant expiresAt) {
    /** Of the path of such an address at our own host; what follows is the credential. */
    public static final String PREFIX = "/transfers/";

    @Override
    public String toString() {
        return "SignedUrl[" + method + " " + path + "]"; // no credential belongs into a log
    }
}
