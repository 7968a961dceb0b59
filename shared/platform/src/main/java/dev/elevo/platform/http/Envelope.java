package dev.elevo.platform.http;

import dev.elevo.contract.Failure;

/** The form in which failures of some paths are told. Where no bean covers a path, the error body of the contract does. */
public interface Envelope {
    boolean covers(String path);

    Object render(Failure failure, String requestId);

    default int status(Failure failure) {
        return failure.status();
    }
}
