package dev.elevo.functions.admin.gateway;

import dev.elevo.platform.lambda.Targets;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a route leads: a path at an instance of its service, or an address of its own.
 *
 * @param address scheme, host and port; absent for a path
 * @param pieces of the path, between its stars
 * @param query that it adds to the request's own; empty where it has none
 */
public record TargetUrl(@Nullable Address address, List<String> pieces, String query) {

    private static final int LARGEST_PORT = 65_535;

    /** Of an upstream. */
    public record Address(String scheme, String host, int port) {}

    static Optional<String> problem(String text, String pattern) {
        try {
            var target = of(text);
            if (target.pieces().size() - 1 > PathPattern.stars(pattern)) {
                return Optional.of("has more stars than path_pattern");
            }
            return PathPattern.isTidy(String.join(".x", target.pieces()))
                    ? Optional.empty()
                    : Optional.of("has an empty segment, or . or ..");
        } catch (IllegalArgumentException e) {
            return Optional.of("must be a path that starts with /, or an address with http:// or https://");
        }
    }

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException it is neither
     */
    public static TargetUrl of(String text) {
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
        if (uri.getRawFragment() != null) {
            throw new IllegalArgumentException("a fragment");
        }
        var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        var query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        var pieces = List.of(path.split("\\*", -1));
        if (text.startsWith("/") && !text.startsWith("//")) {
            return new TargetUrl(null, pieces, query);
        }
        var scheme = uri.getScheme();
        if (scheme == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("no address");
        }
        var secure = scheme.equalsIgnoreCase("https");
        if (!secure && !scheme.equalsIgnoreCase("http")) {
            throw new IllegalArgumentException("not of HTTP");
        }
        var port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        if (port < 1 || port > LARGEST_PORT) {
            throw new IllegalArgumentException("no port");
        }
        return new TargetUrl(new Address(secure ? "https" : "http", bare(uri.getHost()), port), pieces, query);
    }

    private static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** With what the stars of the pattern stand for, each in its place. */
    public String path(List<String> found) {
        if (pieces.size() == 1) {
            return pieces.getFirst();
        }
        var path = new StringBuilder(pieces.getFirst());
        for (int i = 1; i < pieces.size(); i++) {
            path.append(Targets.encoded(found.get(i - 1))).append(pieces.get(i));
        }
        // Where the rest is nothing, there is no slash before it either.
        var ending = found.get(pieces.size() - 2).isEmpty() && pieces.getLast().isEmpty();
        if (ending && path.length() > 1 && path.charAt(path.length() - 1) == '/') {
            path.setLength(path.length() - 1);
        }
        return path.toString();
    }
}
