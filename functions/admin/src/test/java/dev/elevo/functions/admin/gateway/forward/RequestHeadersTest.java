package dev.elevo.functions.admin.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.platform.identity.Principal;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.simple.SimpleHttpRequest;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestHeadersTest {
    private static final List<String> SCOPES = List.of("files:read", "files:write,gateway.admin", "gateway.admin", "*");

    @Test
    void permissions_are_as_many_as_they_seem_and_none_that_is_not_granted() {
        assertThat(told(new Principal("acme", "ann", "key", SCOPES, Principal.Kind.API_KEY)))
                .containsEntry("X-User-Permissions", "files:read,*");
        assertThat(told(new Principal(Principal.OPERATOR, "ann", "key", SCOPES, Principal.Kind.API_KEY)))
                .containsEntry("X-User-Permissions", "files:read,gateway.admin,*");
        assertThat(told(new Principal("acme", "ann", null, SCOPES, Principal.Kind.JWT)))
                .containsEntry("X-User-Permissions", "files:read,gateway.admin,*");
    }

    @Test
    void two_names_never_become_one() {
        assertThat(told(new Principal("acme\u00a0", "\u674e \r\nX: y", null, List.of(), Principal.Kind.JWT)))
                .containsEntry("X-Gateway-Organization-ID", "acme%C2%A0")
                .containsEntry("X-User-ID", "%E6%9D%8E%20%0D%0AX:%20y");
        assertThat(told(new Principal("acme%C2%A0", "auth0|ann@example.com", null, List.of(), Principal.Kind.JWT)))
                .containsEntry("X-Gateway-Organization-ID", "acme%25C2%25A0")
                .containsEntry("X-User-ID", "auth0|ann@example.com");
    }

    @Test
    void what_we_say_of_an_answer_no_upstream_says() {
        assertThat(comingBack(
                        "X-Request-ID",
                        "X-Cache",
                        "X-RateLimit-Remaining",
                        "X-Elevo-Relay",
                        "Content-Length",
                        "Connection",
                        "x-own"))
                .isEmpty();
        assertThat(comingBack("X-Their-Cache")).containsExactly("X-Their-Cache");
    }

    private static List<String> comingBack(String... names) {
        var headers = Stream.of(names)
                .map(name -> new UpstreamAnswer.Header(name, "x-own"))
                .toList();
        return RequestHeaders.comingBack(new UpstreamAnswer(200, headers, new byte[0])).stream()
                .map(UpstreamAnswer.Header::name)
                .toList();
    }

    private static Map<String, String> told(Principal caller) {
        var request = new SimpleHttpRequest<>(HttpMethod.GET, "/", null);
        var facts = new RequestHeaders.Facts("req-1", "192.0.2.1", "elevo", "route", caller);
        return RequestHeaders.forwarded(request, facts).stream()
                .collect(Collectors.toMap(UpstreamAnswer.Header::name, UpstreamAnswer.Header::value));
    }
}
