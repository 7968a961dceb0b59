package dev.elevo.localstack.gateway;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.preview.PreviewAnswer.Pass;
import dev.elevo.contract.preview.PreviewNames;
import dev.elevo.contract.preview.PreviewVisit;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a request for a preview presents, and the request without what of it is ours. */
final class PreviewCredentials {
    private static final String API_KEY_HEADER = "X-API-Key";
    private static final String API_KEY_PARAMETER = "api_key";
    private static final int MOST_COOKIE_TICKETS = 8;

    private final PreviewVisit visit;
    private final List<String> parameters;

    private PreviewCredentials(PreviewVisit visit, List<String> parameters) {
        this.visit = visit;
        this.parameters = parameters;
    }

    static PreviewCredentials of(HttpHeaders headers, PreviewAddress address, InetSocketAddress client) {
        var query = address.query();
        var parameters = query == null ? List.<String>of() : List.of(query.split("&", -1));
        var cookieTickets = cookies(headers)
                .filter(PreviewCredentials::isTicket)
                .map(cookie -> cookie.substring(cookie.indexOf('=') + 1).strip())
                .limit(MOST_COOKIE_TICKETS)
                .toList();
        return new PreviewCredentials(
                new PreviewVisit(
                        address.sandboxId(),
                        address.port(),
                        client.getAddress().getHostAddress(),
                        value(parameters, PreviewNames.TICKET_PARAMETER),
                        cookieTickets.isEmpty() ? null : cookieTickets,
                        only(headers, HttpHeaderNames.AUTHORIZATION.toString()),
                        only(headers, API_KEY_HEADER),
                        value(parameters, API_KEY_PARAMETER)),
                parameters);
    }

    PreviewVisit visit() {
        return visit;
    }

    /** The query as it came, but for our own; null when nothing is left of it. */
    @Nullable
    String queryWithout(boolean apiKey) {
        var kept = new ArrayList<String>(parameters);
        kept.removeIf(parameter -> {
            var name = name(parameter);
            return name.equals(PreviewNames.TICKET_PARAMETER) || (apiKey && name.equals(API_KEY_PARAMETER));
        });
        return kept.isEmpty() ? null : String.join("&", kept);
    }

    /** Takes out of the headers what the code in the sandbox must not learn. */
    static void remove(HttpHeaders headers, Pass pass, boolean allCookies) {
        if (pass.authorizationIsOurs()) {
            headers.remove(HttpHeaderNames.AUTHORIZATION);
        }
        if (pass.apiKeyHeaderIsOurs()) {
            headers.remove(API_KEY_HEADER);
        }
        Predicate<String> theirs = cookie -> !allCookies && !isTicket(cookie);
        var kept = cookies(headers).filter(theirs).collect(Collectors.joining("; "));
        headers.remove(HttpHeaderNames.COOKIE);
        if (!kept.isEmpty()) {
            headers.set(HttpHeaderNames.COOKIE, kept);
        }
    }

    private static Stream<String> cookies(HttpHeaders headers) {
        return headers.getAll(HttpHeaderNames.COOKIE).stream()
                .flatMap(header -> Stream.of(header.split(";")))
                .map(String::strip)
                .filter(cookie -> !cookie.isEmpty());
    }

    private static boolean isTicket(String cookie) {
        var equals = cookie.indexOf('=');
        return equals >= 0 && cookie.substring(0, equals).strip().equals(PreviewNames.TICKET_COOKIE);
    }

    /** Of two, one would be asked about and the other might be believed. */
    private static @Nullable String only(HttpHeaders headers, String name) {
        var values = headers.getAll(name);
        if (values.size() > 1) {
            throw new Failure.Refused(ErrorCode.INVALID_REQUEST, "The header " + name + " is there more than once")
                    .asException();
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    private static @Nullable String value(List<String> parameters, String name) {
        return parameters.stream()
                .filter(parameter -> name(parameter).equals(name))
                .map(parameter -> decoded(parameter.substring(parameter.indexOf('=') + 1)))
                .findFirst()
                .orElse(null);
    }

    private static String name(String parameter) {
        var equals = parameter.indexOf('=');
        return equals < 0 ? "" : decoded(parameter.substring(0, equals));
    }

    /** A broken escape is the service's to judge; to us it names nothing. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }
}
