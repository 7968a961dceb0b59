package dev.elevo.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.sandbox.Rules;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.FixtureFunction;
import dev.elevo.platform.testing.FixtureFunction.Fixture;
import io.micronaut.core.beans.BeanIntrospector;
import io.micronaut.core.type.Argument;
import jakarta.validation.constraints.Pattern;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is unreadable (9005, 400) and what is readable and wrong (9004, 422): contract 1.8. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadingTest {
    private static final String BASE = "/api/v1/fixture";
    private Fixture fixture;

    @BeforeAll
    void start() {
        fixture = FixtureFunction.start(Map.of("ELEVO_MAX_BODY_BYTES", "2000"));
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private Answer post(String path, String json) {
        return fixture.answerAdmin(Events.post(BASE + path, json));
    }

    private Answer get(String target) {
        return fixture.answerAdmin(Events.get(BASE + target));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"command\":",
                "{\"command\":\"x\"} trailing",
                "[]",
                "null",
                "\"x\"",
                "7",
                "{\"command\":5}",
                "{\"command\":\"x\",\"timeoutMs\":\"60\"}",
                "{\"command\":\"x\",\"timeoutMs\":1.5}",
                "{\"command\":\"x\",\"timeoutMs\":true}",
                "{\"command\":\"x\",\"timeoutMs\":[60]}",
                "{\"command\":\"x\",\"useShell\":\"true\"}",
                "{\"command\":\"x\",\"useShell\":1}",
                "{\"command\":\"x\",\"args\":\"a\"}",
                "{\"command\":\"x\",\"args\":[1]}",
                "{\"command\":\"x\",\"args\":[null]}",
                "{\"command\":\"x\",\"env\":[]}",
                "{\"command\":\"x\",\"env\":{\"A\":1}}",
                "{\"command\":{}}"
            })
    void bad_json_and_wrong_json_types_are_unreadable(String body) {
        var answer = post("/run", body);

        assertThat(answer.code()).as(body).isEqualTo(9005);
        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void the_place_of_a_wrong_type_is_told() {
        assertThat(post("/batch", "{\"files\":[{\"path\":\"a\"},{\"path\":7}]}").text())
                .contains("files[1].path");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'command':5}                             | command    | must be a string in JSON",
                "{'command':{}}                            | command    | must be a string in JSON",
                "{'command':'x','timeoutMs':'60'}          | timeoutMs  | must be an integer in JSON",
                "{'command':'x','useShell':1}              | useShell   | must be true or false in JSON",
                "{'command':'x','args':'a'}                | args       | must be an array of strings in JSON",
                "{'command':'x','env':[]}                  | env        | must be an object in JSON",
                "{'command':'x','env':{'A':1}}             | env.A      | must be a string in JSON"
            })
    void a_wrong_type_is_told_with_the_one_that_is_wanted(String body, String field, String wanted) {
        assertTold(body, 9005, field, wanted);
    }

    private void assertTold(String body, int code, String field, String message) {
        var answer = post("/run", body.replace('\'', '"'));

        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.value("error.details.fields.0.field")).isEqualTo(field);
        assertThat(answer.value("error.details.fields.0.message")).isEqualTo(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                        | command    | is needed",
                "{'command':''}                            | command    | must have 1 to 131072 characters",
                "{'command':'x','timeoutMs':0}             | timeoutMs  | must be 1 to 86400000",
                "{'command':'x','timeoutMs':86400001}      | timeoutMs  | must be 1 to 86400000",
                "{'command':'x','encoding':'latin'}        | encoding   | must be one of utf-8, base64",
                "{'command':'x','cwd':'here'}              | cwd        | must be an absolute path: a slash and then no NUL"
            })
    void a_broken_rule_is_told_in_words(String body, String field, String message) {
        assertTold(body, 9004, field, message);
    }

    @Test
    void every_pattern_of_the_contract_has_words() {
        var patterns =
                BeanIntrospector.SHARED
                        .findIntrospections(reference -> reference.getName().startsWith("dev.elevo.contract."))
                        .stream()
                        .flatMap(introspection -> introspection.getBeanProperties().stream())
                        .flatMap(property -> Stream.concat(
                                Stream.of(property.getAnnotationMetadata()),
                                Stream.<Argument<?>>of(property.asArgument().getTypeParameters())
                                        .map(argument -> argument.getAnnotationMetadata())))
                        .flatMap(annotations -> annotations.getAnnotationValuesByType(Pattern.class).stream())
                        .map(pattern -> pattern.stringValue("regexp").orElseThrow())
                        .distinct()
                        .toList();

        assertThat(patterns)
                .hasSizeGreaterThan(8)
                .allSatisfy(pattern -> assertThat(Rules.words(pattern)).startsWith("must "));
    }

    @Test
    void a_number_is_a_whole_number_however_it_is_written() {
        assertThat(post("/run", "{\"command\":\"x\",\"timeoutMs\":6e1}").text())
                .isEqualTo("{\"command\":\"x\",\"timeoutMs\":60}");
    }

    @Test
    void a_number_beyond_every_field_breaks_a_rule() {
        assertThat(post("/run", "{\"command\":\"x\",\"timeoutMs\":99999999999}").fields())
                .containsExactly("timeoutMs");
        assertThat(post("/run", "{\"command\":\"x\",\"timeoutMs\":99999999999999999999999}")
                        .fields())
                .containsExactly("timeoutMs");
    }

    @Test
    void unknown_fields_and_parameters_are_ignored() {
        assertThat(fixture.answerAdmin(Events.post(BASE + "/run?what=ever", "{\"command\":\"x\",\"new\":{\"a\":[1]}}"))
                        .text())
                .isEqualTo("{\"command\":\"x\"}");
    }

    @Test
    void no_body_equals_an_empty_object() {
        assertThat(fixture.answerAdmin(Events.of("POST", BASE + "/things")).status())
                .isEqualTo(201);
        assertThat(fixture.answerAdmin(Events.of("POST", BASE + "/run")).fields())
                .containsExactly("command");
    }

    @Test
    void broken_rules_are_told_by_dotted_path() {
        var answer = post("/batch", """
                {"files":[{"path":"a"},{"path":""}],"labels":{"long-name":"x","k":"too long"},"args":["a","too long"]}""");

        assertThat(answer.code()).isEqualTo(9004);
        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.fields()).containsExactly("args[1]", "files[1].path", "labels.k", "labels.long-name");
        assertThat(post("/things", "{\"resources\":{\"cpu\":-1}}").fields()).containsExactly("resources.cpu");
    }

    @Test
    void a_missing_field_breaks_a_rule() {
        assertThat(post("/batch", "{\"files\":[{}]}").fields()).containsExactly("files[0].path");
        assertThat(post("/batch", "{\"files\":[{\"path\":null}]}").fields()).containsExactly("files[0].path");
    }

    @Test
    void an_unknown_word_of_a_closed_set_breaks_a_rule() {
        assertThat(post("/paint", "{\"color\":\"BLUE\"}").fields()).containsExactly("color");
        assertThat(get("/query?color=BLUE").fields()).containsExactly("color");
        assertThat(get("/query?color=BLUE").text()).contains("must be one of RED, GREEN");
        assertThat(post("/paint", "{\"color\":\"BLUE\"}").text()).contains("must be one of RED, GREEN");
    }

    @Test
    void the_offending_value_is_shown_but_no_secret() {
        assertThat(get("/query?limit=101").text()).contains("\"value\":101");
        assertThat(post("/run", "{\"command\":\"x\",\"env\":{\"DB-PASS\":\"hunter2\"}}")
                        .text())
                .contains("\"field\":\"env.DB-PASS\"")
                .doesNotContain("hunter2")
                .doesNotContain("\"value\"");
    }

    @Test
    void a_long_value_is_cut() {
        assertThat(post("/batch", "{\"files\":[{\"path\":\"" + "x".repeat(1000) + "\"}]}")
                        .text())
                .contains("\"value\":\"" + "x".repeat(200) + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/query?limit=x, 9005",
        "/query?limit=1.5, 9005",
        "/query?limit=0, 9004",
        "/query?limit=101, 9004",
        "/query?deep=yes, 9005",
        "/query?deep=TRUE, 9005",
        "/query?path=%zz, 9005",
        "/query?path=%, 9005",
        "/things?page=x, 9005",
        "/things?page=0, 9004",
        "/required, 9004"
    })
    void the_query_follows_the_same_rule(String target, int code) {
        assertThat(get(target).code()).isEqualTo(code);
    }

    @Test
    void query_and_header_fields_have_the_names_they_are_sent_under() {
        assertThat(get("/things?sort_by=long&page=0").fields()).containsExactly("page", "sort_by");
        assertThat(get("/required").fields()).containsExactly("the_path");
        assertThat(fixture.answer(Events.get(BASE + "/query").header("x-size", "10"))
                        .fields())
                .containsExactly("X-Size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/xml", "application/x-www-form-urlencoded", "garbage", "text/plain", ""})
    void a_body_of_a_type_that_is_not_taken_is_unreadable(String type) {
        var request =
                Events.of("POST", BASE + "/run").header("content-type", type).body("{\"command\":\"x\"}");

        var answer = fixture.answerAdmin(request);

        assertThat(answer.code()).isEqualTo(9005);
        assertThat(answer.text())
                .contains("The Content-Type " + type + " is not taken here")
                .contains("application/json");
    }

    @Test
    void a_body_needs_a_type() {
        var answer = fixture.answerAdmin(Events.of("POST", BASE + "/run").body("{\"command\":\"x\"}"));

        assertThat(answer.code()).isEqualTo(9005);
        assertThat(answer.text()).contains("has no Content-Type").contains("application/json");
    }

    @Test
    void a_type_may_carry_its_charset() {
        var request = Events.of("POST", BASE + "/run")
                .header("content-type", "application/json; charset=UTF-8")
                .body("{\"command\":\"é\"}");

        assertThat(fixture.answerAdmin(request).text()).isEqualTo("{\"command\":\"é\"}");
    }

    @Test
    void a_body_that_is_too_large_is_413() {
        var answer = post("/run", "{\"command\":\"" + "x".repeat(2000) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.code()).isEqualTo(3007);
        assertThat(answer.text()).contains("\"size\":2014").contains("\"limit\":2000");
    }

    @ParameterizedTest
    @CsvSource({"GET,/nothing", "PUT,/me", "BREW,/me", "OPTIONS,/me", "POST,/things/x/y"})
    void an_unknown_path_or_method_is_not_found_without_authentication(String method, String path) {
        var answer = fixture.answer(Events.of(method, BASE + path));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo(9008);
        assertThat(answer.text()).contains("There is no " + method + " " + BASE + path + " here");
    }
}
