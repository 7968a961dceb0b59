package dev.elevo.conformance.dsl;

import java.net.URI;

/**
 * The deployment that is tried, and what it is tried with.
 *
 * @param key an operator's, if all is to be tried
 * @param jwtSecret of the deployment; empty: it is not known, and no JWT is made
 */
public record Target(String url, String key, String jwtSecret) {

    @Override
    public String toString() {
        return url;
    }

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
