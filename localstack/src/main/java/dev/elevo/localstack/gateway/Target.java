package dev.elevo.localstack.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A request target as an HTTP API hands it over: the path decoded, the query as it came.
 *
 * @param query empty when there is none
 */
record Target(String path, String query) {
    private static final Pattern BRANCH = Pattern.compile("/api/v1/sandboxes/[^/%]+/git/branches/.+");

    private static final char REPLACEMENT = '\uFFFD';

    static Target of(String raw) {
        var target = withoutOrigin(escaped(raw));
        var question = target.indexOf('?');
        return question < 0
                ? new Target(decoded(target), "")
                : new Target(decoded(target.substring(0, question)), target.substring(question + 1));
    }

    /** As it came, of a target that may be one that no function is asked about. */
    static Optional<String> rawPath(String raw) {
        try {
            var target = withoutOrigin(raw);
            var question = target.indexOf('?');
            return Optional.of(question < 0 ? target : target.substring(0, question));
        } catch (ApiException noPath) {
            return Optional.empty();
        }
    }

    /** Proxies send {@code GET http://host/path}, and every server has to take it. */
    private static String withoutOrigin(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        var authority = target.indexOf("://");
        if (authority < 0) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The request target is no path").asException();
        }
        for (int i = authority + 3; i < target.length(); i++) {
            if (target.charAt(i) == '/') {
                return target.substring(i);
            }
            if (target.charAt(i) == '?') {
                return "/" + target.substring(i);
            }
        }
        return "/";
    }

    /** Who types an umlaut sends its bare UTF-8 bytes; taken for Latin-1 characters they would name another file. */
    private static String escaped(String target) {
        if (target.chars().allMatch(character -> character < 0x80)) {
            return target;
        }
        var escaped = new StringBuilder(target.length() + 16);
        target.chars().forEach(octet -> {
            if (octet < 0x80) {
                escaped.append((char) octet);
            } else {
                escaped.append(String.format(Locale.ROOT, "%%%02X", octet));
            }
        });
        return escaped.toString();
    }

    /** An HTTP API knows no escaped slash inside a segment; at the end of a path that may have several it is one of them. */
    private static String decoded(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        var upper = path.toUpperCase(Locale.ROOT);
        if ((upper.contains("%2F") && !BRANCH.matcher(path).matches()) || upper.contains("%00")) {
            throw new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "No such path").asException();
        }
        try {
            // The decoder is one for forms: in a path, a plus is a plus.
            var decoded = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (decoded.indexOf(REPLACEMENT) >= 0 && !upper.contains("%EF%BF%BD")) {
                throw new IllegalArgumentException("not UTF-8");
            }
            return decoded;
        } catch (IllegalArgumentException e) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The path holds a broken escape").causedBy(e);
        }
    }
}
