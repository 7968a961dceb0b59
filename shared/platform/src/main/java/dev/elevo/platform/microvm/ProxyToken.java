package dev.elevo.platform.microvm;

import java.util.Map;

/** What a request to a MicroVM's endpoint must carry, by the names of the headers. */
public record ProxyToken(Map<String, String> headers) {
    public ProxyToken {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "ProxyToken[]"; // it is a credential
    }
}
