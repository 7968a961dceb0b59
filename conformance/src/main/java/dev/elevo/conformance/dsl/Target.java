package dev.elevo.conformance.dsl;

import java.net.URI;

/** The deployment that is tried, and the credential it is tried with. */
public record Target(String url, String key) {

    URI at(String target) {
        return URI.create(url.replaceFirst("/$", "") + target);
    }

    URI streamAt(String target) {
        return URI.create(at(target).toString().replaceFirst("^http", "ws"));
    }

    /** Whether it is this machine, where one may come from many addresses. */
    boolean isLoopback() {
        var host = URI.create(url).getHost();
        return host.equals("localhost") || host.startsWith("127.");
    }
}
