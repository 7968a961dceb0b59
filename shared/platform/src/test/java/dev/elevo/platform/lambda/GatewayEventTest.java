package dev.elevo.platform.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext.Authorizer;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the library's own v2 handler gets wrong, line by line; an upgrade of it must not bring any of that back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayEventTest {
    private static final String BASE = "/api/v1/fixture";
    private Fixture fixture;

    @BeforeAll
    void start() {
        fixture = FixtureFunction.start();
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private Answer get(String target) {
        return fixture.answer(Events.get(BASE + target));
    }

    @Test
    void a_comma_in_a_query_value_is_part_of_it() {
        assertThat(get("/query?path=/a,b.txt").text()).isEqualTo("{\"path\":\"/a,b.txt\"}");
    }

    @Test
    void a_list_in_the_query_is_repeated_or_separated_by_commas() {
        assertThat(get("/query?state=a&state=b").text()).isEqualTo("{\"state\":[\"a\",\"b\"]}");
        assertThat(get("/query?state=a,b").text()).isEqualTo("{\"state\":[\"a\",\"b\"]}");
    }

    @Test
    void the_query_is_decoded_once() {
        assertThat(get("/query?path=%2Fa%2520b+c%26d").text()).isEqualTo("{\"path\":\"/a%20b c&d\"}");
    }

    @Test
    void characters_a_uri_may_not_hold_are_read_from_the_query() {
        assertThat(get("/query?path=a|{b}\"é").text()).isEqualTo("{\"path\":\"a|{b}\\\"é\"}");
    }

    @Test
    void every_cookie_of_the_request_arrives() {
        var answer = fixture.answer(Events.get(BASE + "/cookies").cookie("a=1").cookie("b=x=y"));

        assertThat(answer.text()).isEqualTo("{\"a\":\"1\",\"b\":\"x=y\"}");
    }

    @Test
    void every_cookie_of_the_answer_leaves() {
        assertThat(get("/cookies").cookies()).containsExactlyInAnyOrder("first=1", "second=2");
    }

    @Test
    void a_repeated_header_of_the_answer_becomes_one_line() {
        assertThat(get("/cookies").headers()).containsEntry("X-Many", "one,two").doesNotContainKey("Set-Cookie");
    }

    @Test
    void binary_bodies_come_and_go_unchanged_whatever_their_type() {
        var bytes = new byte[4096];
        new Random(7).nextBytes(bytes);

        var answer = fixture.answer(Events.of("POST", BASE + "/bytes")
                .header("content-type", "application/octet-stream")
                .body(bytes));

        assertThat(answer.headers()).containsEntry("content-type", "application/x-tar");
        assertThat(answer.isBase64Encoded()).isTrue();
        assertThat(answer.bytes()).isEqualTo(bytes);
    }

    @Test
    void a_json_body_may_come_base64_encoded() {
        var answer = fixture.answerAdmin(Events.of("POST", BASE + "/run")
                .header("content-type", "application/json")
                .body("{\"command\":\"é\"}".getBytes(StandardCharsets.UTF_8)));

        assertThat(answer.text()).isEqualTo("{\"command\":\"é\"}");
    }

    @Test
    void text_leaves_as_text_when_it_is_utf_8_and_as_base64_when_it_is_not() {
        var utf8 = get("/text?hex=68c3a9");
        var other = get("/text?hex=68ff");

        assertThat(utf8.isBase64Encoded()).isFalse();
        assertThat(utf8.text()).isEqualTo("hé");
        assertThat(other.isBase64Encoded()).isTrue();
        assertThat(HexFormat.of().formatHex(other.bytes())).isEqualTo("68ff");
    }

    @Test
    void the_remote_address_is_the_gateways_word() {
        var answer =
                fixture.answer(Events.get(BASE + "/address").from("2001:db8::7").header("x-forwarded-for", "1.2.3.4"));

        assertThat(answer.at("address").getStringValue()).isEqualTo("2001:db8:0:0:0:0:0:7");
        assertThat(answer.at("secure").getStringValue()).isEqualTo("true");
    }

    @Test
    void a_forged_identity_header_authenticates_nobody() {
        var forged = Events.get(BASE + "/me")
                .header("x-amzn-oidc-identity", "attacker")
                .header("X-Amzn-Oidc-Data", "x.y.z")
                .header("x-amzn-oidc-accesstoken", "x.y.z");

        assertThat(fixture.answer(forged).code()).isEqualTo(1001);
    }

    @Test
    void claims_of_a_gateway_authorizer_authenticate_nobody() {
        var event = Events.get(BASE + "/me").event();
        event.getRequestContext()
                .setAuthorizer(Authorizer.builder()
                        .withJwt(Authorizer.JWT
                                .builder()
                                .withClaims(Map.of("sub", "attacker"))
                                .build())
                        .build());

        assertThat(Answer.of(fixture.function().handle(event)).code()).isEqualTo(1001);
    }

    @Test
    void a_path_that_the_gateway_has_decoded_is_not_decoded_again() {
        var answer = fixture.answerAdmin(Events.get(BASE + "/things/100% a+b é"));

        assertThat(answer.at("id").getStringValue()).isEqualTo("100% a+b é");
    }

    @Test
    void a_trailing_slash_is_ignored() {
        assertThat(get("/public/").status()).isEqualTo(200);
        assertThat(get("/public//").status()).isEqualTo(200);
    }

    @Test
    void a_path_that_looks_like_a_host_is_a_path() {
        assertThat(fixture.answer(Events.get("//evil.example/x")).code()).isEqualTo(9008);
    }

    @Test
    void what_the_client_accepts_changes_nothing() {
        var answer = fixture.answer(Events.get(BASE + "/public").header("accept", "text/html"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
    }

    @Test
    void a_head_request_is_answered_without_a_body() {
        var answer = fixture.answer(Events.of("HEAD", BASE + "/public"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void an_empty_answer_is_empty() {
        var answer = fixture.answerAdmin(Events.of("DELETE", BASE + "/things/x"));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
        assertThat(answer.isBase64Encoded()).isFalse();
    }
}
