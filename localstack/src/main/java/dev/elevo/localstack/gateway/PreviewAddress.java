package dev.elevo.localstack.gateway;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.preview.PreviewNames;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which port of which sandbox a request is for, by its host name or by its path.
 *
 * @param prefix of our own path; empty when the host name says it all
 * @param path as the client wrote it, without the prefix and the query; empty where it ends with the prefix
 * @param query as the client wrote it; null when there is none
 */
record PreviewAddress(
        String sandboxId,
        int port,
        String prefix,
        String path,
        @Nullable String query) {
    private static final String NAME = "(?<id>sbx-[a-z0-9]{12})-(?<port>[1-9][0-9]{0,4})";
    private static final Pattern LABEL = Pattern.compile(NAME);
    private static final String LOOKS_LIKE = "sbx-";
    private static final Pattern NAMED = Pattern.compile("(?!sbx-)[a-z0-9][a-z0-9-]{2,62}-[1-9][0-9]{0,4}\\.");
    private static final Pattern NAMED_PATH =
            Pattern.compile("/preview/(?!sbx-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]/[1-9][0-9]{0,4}(/.*)?");
    private static final Pattern PATH =
            Pattern.compile("/preview/(?<id>sbx-[a-z0-9]{12})/(?<port>[1-9][0-9]{0,4})(?<rest>/.*)?");
    private static final Pattern PORT_OF_HOST = Pattern.compile(":\\d{1,5}$");
    private static final int LAST_PORT = 65_535;

    /** Whether it shares its origin with the API and with other sandboxes. */
    boolean isByPath() {
        return !prefix.isEmpty();
    }

    static Optional<PreviewAddress> of(HttpRequest request, Set<String> domains) {
        var uri = request.uri();
        var names = new ArrayList<>(request.headers().getAll(HttpHeaderNames.HOST));
        var target = uri;
        if (!uri.startsWith("/")) {
            var authority = uri.indexOf("://");
            if (authority < 0) {
                return Optional.empty();
            }
            var end = endOfAuthority(uri, authority + 3);
            names.add(uri.substring(authority + 3, end));
            var rest = uri.substring(end);
            target = rest.startsWith("/") ? rest : "/" + rest;
        }
        var question = target.indexOf('?');
        var path = question < 0 ? target : target.substring(0, question);
        var query = question < 0 ? null : target.substring(question + 1);
        for (var name : names) {
            var host = normal(name);
            for (var domain : domains) {
                if (host.endsWith("." + domain) && NAMED.matcher(host).lookingAt() && !isOurs(path)) {
                    throw byIdOnly();
                }
                if (host.startsWith(LOOKS_LIKE) && host.endsWith("." + domain)) {
                    checkOneName(request, names);
                    return Optional.of(named(host.substring(0, host.length() - domain.length() - 1), path, query));
                }
            }
        }
        return byPath(path, query);
    }

    /** Whether it is for a preview, be it for one that is refused. */
    static boolean isIn(HttpRequest request, Set<String> domains) {
        try {
            return of(request, domains).isPresent();
        } catch (ApiException refused) {
            return true;
        }
    }

    private static boolean isOurs(String path) {
        return path.startsWith("/api/") || path.equals("/health");
    }

    /** Names are an organization's own, and who comes here has not said yet whose he is. */
    private static RuntimeException byIdOnly() {
        return new Failure.Refused(
                        ErrorCode.RESOURCE_NOT_FOUND,
                        "A preview is reached by the id of its sandbox, not by its name;"
                                + " GET /api/v1/sandboxes/{name}/preview-url?port=… gives the address")
                .asException();
    }

    private static int endOfAuthority(String uri, int from) {
        for (var i = from; i < uri.length(); i++) {
            if (uri.charAt(i) == '/' || uri.charAt(i) == '?') {
                return i;
            }
        }
        return uri.length();
    }

    /** Two opinions about the host, and the next server might have the other one. */
    private static void checkOneName(HttpRequest request, ArrayList<String> names) {
        var different = names.stream().map(PreviewAddress::normal).distinct().count();
        if (different > 1 || request.headers().getAll(HttpHeaderNames.HOST).size() != 1) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The request names more than one host").asException();
        }
    }

    private static String normal(String host) {
        var name = PORT_OF_HOST.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static PreviewAddress named(String label, String path, @Nullable String query) {
        var name = LABEL.matcher(label);
        if (!name.matches() || Integer.parseInt(name.group("port")) > LAST_PORT) {
            throw new Failure.Refused(ErrorCode.RESOURCE_NOT_FOUND, "No preview has this name").asException();
        }
        return new PreviewAddress(name.group("id"), Integer.parseInt(name.group("port")), "", path, query);
    }

    private static Optional<PreviewAddress> byPath(String path, @Nullable String query) {
        var parts = PATH.matcher(path);
        if (!parts.matches() || Integer.parseInt(parts.group("port")) > LAST_PORT) {
            if (NAMED_PATH.matcher(path).matches()) {
                throw byIdOnly();
            }
            return Optional.empty();
        }
        var id = parts.group("id");
        var port = Integer.parseInt(parts.group("port"));
        var rest = parts.group("rest");
        return Optional.of(new PreviewAddress(id, port, PreviewNames.path(id, port), rest == null ? "" : rest, query));
    }
}
