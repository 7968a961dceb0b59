package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;

/**
 * The way to one port of one sandbox, for the proxy in front of it and for nobody else.
 *
 * @param url of the host of the sandbox; a GET of it with the capability becomes the connection, see {@link AgentPaths#PORT}
 * @param capability opens this sandbox's ports for some minutes; it never leaves the service
 */
@Serdeable
public record PortRoute(String url, String capability) {
    @Override
    public String toString() {
        return "PortRoute[" + url + "]";
    }
}
