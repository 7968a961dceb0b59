package dev.elevo.localstack.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.micronaut.core.type.Argument;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LambdaJsonTest {

    @Test
    void an_event_is_written_as_api_gateway_writes_it() throws IOException {
        var json = LambdaJson.event(APIGatewayV2HTTPEvent.builder()
                .withVersion("2.0")
                .withRouteKey("$default")
                .withRawPath("/ä \"b\"")
                .withRawQueryString("c=d&c=e")
                .withCookies(List.of("f=g"))
                .withHeaders(Map.of("x-h", "i,j"))
                .withQueryStringParameters(Map.of("c", "d,e"))
                .withBody("line\n\u0001")
                .withRequestContext(APIGatewayV2HTTPEvent.RequestContext.builder()
                        .withApiId("local")
                        .withStage("$default")
                        .withRequestId("r")
                        .withTimeEpoch(7)
                        .withHttp(APIGatewayV2HTTPEvent.RequestContext.Http.builder()
                                .withMethod("PUT")
                                .withPath("/ä \"b\"")
                                .withProtocol("HTTP/1.1")
                                .withSourceIp("192.0.2.1")
                                .build())
                        .build())
                .build());

        assertThat(ObjectMapper.getDefault().readValue(json, Argument.mapOf(String.class, Object.class)))
                .isEqualTo(Map.of(
                        "version",
                        "2.0",
                        "routeKey",
                        "$default",
                        "rawPath",
                        "/ä \"b\"",
                        "rawQueryString",
                        "c=d&c=e",
                        "cookies",
                        List.of("f=g"),
                        "headers",
                        Map.of("x-h", "i,j"),
                        "queryStringParameters",
                        Map.of("c", "d,e"),
                        "body",
                        "line\n\u0001",
                        "isBase64Encoded",
                        false,
                        "requestContext",
                        Map.of(
                                "accountId", "000000000000",
                                "apiId", "local",
                                "stage", "$default",
                                "requestId", "r",
                                "timeEpoch", 7,
                                "http",
                                        Map.of(
                                                "method", "PUT",
                                                "path", "/ä \"b\"",
                                                "protocol", "HTTP/1.1",
                                                "sourceIp", "192.0.2.1"))));
    }

    @Test
    void an_answer_is_read_back() throws IOException {
        var answer = LambdaJson.answer("""
                {"statusCode": 201, "headers": {"a": "b"}, "cookies": ["c=d"], "body": "e", "isBase64Encoded": true}""");

        assertThat(answer.getStatusCode()).isEqualTo(201);
        assertThat(answer.getHeaders()).isEqualTo(Map.of("a", "b"));
        assertThat(answer.getCookies()).containsExactly("c=d");
        assertThat(answer.getBody()).isEqualTo("e");
        assertThat(answer.getIsBase64Encoded()).isTrue();
    }

    @Test
    void the_least_is_a_status() throws IOException {
        var answer = LambdaJson.answer("{\"statusCode\": 204, \"body\": null}");

        assertThat(answer.getBody()).isNull();
        assertThat(answer.getHeaders()).isEmpty();
        assertThat(answer.getIsBase64Encoded()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"statusCode\":\"200\"}", "no json"})
    void anything_else_is_an_error_of_the_function(String json) {
        assertThatThrownBy(() -> LambdaJson.answer(json)).isInstanceOf(IOException.class);
    }

    @Test
    void a_schedule_is_known_by_its_name() {
        assertThat(LambdaJson.schedule("sweep")).isEqualTo("{\"schedule\":\"sweep\"}");
    }
}
