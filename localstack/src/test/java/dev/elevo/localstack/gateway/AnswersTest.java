package dev.elevo.localstack.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {

    @Test
    void status_headers_and_text_go_through() {
        var response = of(APIGatewayV2HTTPResponse.builder()
                .withStatusCode(201)
                .withHeaders(Map.of("Location", "/a", "content-type", "application/json"))
                .withBody("{\"ä\":1}")
                .build());

        assertThat(response.status().code()).isEqualTo(201);
        assertThat(response.headers().get("location")).isEqualTo("/a");
        assertThat(response.headers().get("Content-Type")).isEqualTo("application/json");
        assertThat(response.headers().get("content-length")).isEqualTo("8");
        assertThat(response.content().toString(UTF_8)).isEqualTo("{\"ä\":1}");
    }

    @Test
    void base64_is_decoded() {
        byte[] bytes = {0, (byte) 0xff, 10};

        var response = of(APIGatewayV2HTTPResponse.builder()
                .withStatusCode(200)
                .withIsBase64Encoded(true)
                .withBody(Base64.getEncoder().encodeToString(bytes))
                .build());

        assertThat(ByteBufUtil.getBytes(response.content())).isEqualTo(bytes);
        assertThat(response.headers().get("content-length")).isEqualTo("3");
    }

    @Test
    void each_cookie_has_a_line_of_its_own() {
        var response = of(APIGatewayV2HTTPResponse.builder()
                .withStatusCode(200)
                .withCookies(List.of("a=1; Path=/", "b=2, 3"))
                .build());

        assertThat(response.headers().getAll("set-cookie")).containsExactly("a=1; Path=/", "b=2, 3");
    }

    /** Payload 2.0 does not know them, so a function that answers with them must be seen to fail here already. */
    @Test
    void multi_value_headers_are_dropped() {
        var response = of(APIGatewayV2HTTPResponse.builder()
                .withStatusCode(200)
                .withMultiValueHeaders(Map.of("x-a", List.of("1", "2")))
                .withHeaders(Map.of("x-b", "1,2"))
                .build());

        assertThat(response.headers().contains("x-a")).isFalse();
        assertThat(response.headers().getAll("x-b")).containsExactly("1,2");
    }

    @Test
    void the_framing_is_not_the_functions_affair() {
        var headers = new HashMap<String, String>();
        headers.put("Transfer-Encoding", "chunked");
        headers.put("Connection", "upgrade");
        headers.put("Content-Length", "999");

        var response = of(APIGatewayV2HTTPResponse.builder()
                .withStatusCode(200)
                .withHeaders(headers)
                .withBody("abc")
                .build());

        assertThat(response.headers().contains("transfer-encoding")).isFalse();
        assertThat(response.headers().contains("connection")).isFalse();
        assertThat(response.headers().getAll("content-length")).containsExactly("3");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void what_has_no_body_has_no_length(int status) {
        var response =
                of(APIGatewayV2HTTPResponse.builder().withStatusCode(status).build());

        assertThat(response.headers().contains("content-length")).isFalse();
    }

    /** An upstream's, by a route: of the body that was not asked for nothing is known, not even that there is none. */
    @Test
    void the_answer_to_head_has_no_length_of_a_body_that_is_not_there() {
        var empty = APIGatewayV2HTTPResponse.builder().withStatusCode(200).build();

        assertThat(Answers.of(empty, true).headers().contains("content-length")).isFalse();
        assertThat(Answers.of(empty, false).headers().get("content-length")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 100, 101, 199, 600, 1000})
    void what_is_no_status_of_an_answer_is_an_error_of_the_function(int status) {
        var answer = APIGatewayV2HTTPResponse.builder().withStatusCode(status).build();

        assertThatThrownBy(() -> of(answer)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_header_cannot_smuggle_a_second_one() {
        var answer = APIGatewayV2HTTPResponse.builder()
                .withStatusCode(200)
                .withHeaders(Map.of("x-a", "1\r\nSet-Cookie: a=1"))
                .build();

        assertThatThrownBy(() -> of(answer)).isInstanceOf(IllegalArgumentException.class);
    }

    private static FullHttpResponse of(APIGatewayV2HTTPResponse answer) {
        return Answers.of(answer, false);
    }
}
