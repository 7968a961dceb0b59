package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.net.URI;

/**
 * Where saved files are.
 *
 * @param from answers a GET with all of them
 * @param sha256 of what it answers, in hexadecimal
 */
@Serdeable
public record RestoreWorkspace(URI from, String sha256) {

    @Override
    public String toString() {
        return "RestoreWorkspace[" + sha256 + "]"; // the address is a credential
    }
}
