package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/** The right to run the command that it was given for: once, within a minute. */
@Serdeable
public record StreamTicket(String path) {
    @Override
    public String toString() {
        return "StreamTicket";
    }
}
