package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 49_152);

    @Test
    void it_is_payload_2_of_the_default_route_and_stage() {
        var event = event(request("GET", "/a?b=c", ""));

        assertThat(event.getVersion()).isEqualTo("2.0");
        assertThat(event.getRouteKey()).isEqualTo("$default");
        assertThat(event.getRequestContext().getStage()).isEqualTo("$default");
        assertThat(event.getRawPath()).isEqualTo("/a");
        assertThat(event.getRawQueryString()).isEqualTo("b=c");
    }

    @Test
    void the_context_says_who_asks_for_what_and_when() {
        var request = request("PATCH", "/a%20b?c=d", "");
        request.headers().add("User-Agent", "curl/8");
        var before = Instant.now().toEpochMilli();

        var context = event(request).getRequestContext();

        assertThat(context.getHttp().getMethod()).isEqualTo("PATCH");
        assertThat(context.getHttp().getPath()).isEqualTo("/a b");
        assertThat(context.getHttp().getProtocol()).isEqualTo("HTTP/1.1");
        assertThat(context.getHttp().getSourceIp()).isEqualTo("192.0.2.7");
        assertThat(context.getHttp().getUserAgent()).isEqualTo("curl/8");
        assertThat(context.getTimeEpoch()).isBetween(before, Instant.now().toEpochMilli());
        assertThat(context.getTime()).matches("\\d{2}/[A-Z][a-z]{2}/\\d{4}:\\d{2}:\\d{2}:\\d{2} \\+0000");
        assertThat(context.getRequestId()).isNotBlank();
    }

    @Test
    void the_address_is_the_sockets_whatever_a_header_claims() {
        var request = request("GET", "/", "");
        request.headers().add("X-Forwarded-For", "203.0.113.9").add("Forwarded", "for=203.0.113.9");

        assertThat(event(request).getRequestContext().getHttp().getSourceIp()).isEqualTo("192.0.2.7");
    }

    @Test
    void repeated_parameters_are_joined_and_decoded() {
        assertThat(event(request("GET", "/?a=1&b=x%20y&a=2,3&c", "")).getQueryStringParameters())
                .isEqualTo(Map.of("a", "1,2,3", "b", "x y", "c", ""));
    }

    @Test
    void without_a_query_there_are_no_parameters() {
        var event = event(request("GET", "/", ""));

        assertThat(event.getRawQueryString()).isEmpty();
        assertThat(event.getQueryStringParameters()).isNull();
    }

    @Test
    void a_broken_query_goes_along_raw_for_the_function_to_refuse() {
        var event = event(request("GET", "/?a=%ZZ", ""));

        assertThat(event.getRawQueryString()).isEqualTo("a=%ZZ");
        assertThat(event.getQueryStringParameters()).isEmpty();
    }

    @Test
    void header_names_are_lower_case_and_repeated_ones_joined() {
        var request = request("GET", "/", "");
        request.headers().add("X-Thing", "one").add("x-thing", "two").add("Accept", "text/html, */*");

        assertThat(event(request).getHeaders())
                .containsEntry("x-thing", "one,two")
                .containsEntry("accept", "text/html, */*");
    }

    @Test
    void cookies_are_a_list_of_their_own() {
        var request = request("GET", "/", "");
        request.headers().add("Cookie", "a=1; b=2;c=x=y").add("Cookie", "d=4; ");

        var event = event(request);

        assertThat(event.getCookies()).containsExactly("a=1", "b=2", "c=x=y", "d=4");
        assertThat(event.getHeaders()).doesNotContainKey("cookie");
    }

    @Test
    void without_cookies_there_is_no_list() {
        assertThat(event(request("GET", "/", "")).getCookies()).isNull();
    }

    /** The framework would believe the first of these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-amzn-oidc-identity",
                "X-Amzn-Oidc-Identity",
                "X-AMZN-OIDC-DATA",
                "x-amzn-oidc-accesstoken",
                "X-Amzn-Mtls-Clientcert"
            })
    void no_identity_comes_from_a_client(String name) {
        var request = request("GET", "/", "");
        request.headers().add(name, "root").add(name, "again");

        assertThat(event(request).getHeaders().keySet()).noneMatch(header -> header.startsWith("x-amzn-"));
    }

    @Test
    void text_is_text() {
        var request = request("POST", "/", "{\"a\":\"ä\"}");
        request.headers().add("Content-Type", "application/json");

        var event = event(request);

        assertThat(event.getBody()).isEqualTo("{\"a\":\"ä\"}");
        assertThat(event.getIsBase64Encoded()).isFalse();
    }

    @Test
    void other_bytes_are_base64() {
        var request = request("POST", "/", "\u0000\u0001");
        request.headers().add("Content-Type", "application/octet-stream");

        var event = event(request);

        assertThat(event.getBody()).isEqualTo("AAE=");
        assertThat(event.getIsBase64Encoded()).isTrue();
    }

    @Test
    void the_length_is_that_of_the_body_however_it_was_sent() {
        var request = request("POST", "/", "abc");
        request.headers().add("Transfer-Encoding", "chunked");

        assertThat(event(request).getHeaders())
                .containsEntry("content-length", "3")
                .doesNotContainKey("transfer-encoding");
    }

    private static APIGatewayV2HTTPEvent event(FullHttpRequest request) {
        return Events.of(request, CLIENT);
    }

    private static FullHttpRequest request(String method, String target, String body) {
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(method), target, Unpooled.copiedBuffer(body, UTF_8));
    }
}
