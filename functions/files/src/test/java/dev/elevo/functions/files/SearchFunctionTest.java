package dev.elevo.functions.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.files.GrepMatch;
import dev.elevo.contract.files.GrepResult;
import dev.elevo.platform.lambda.AnswerSize;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.testing.Answer;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Searches through the function's handler, with an agent in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchFunctionTest {
    private Surrounded surrounded;
    private FilesFunction function;
    private Sandbox sandbox;

    @BeforeAll
    void start() {
        surrounded = new Surrounded();
        function = surrounded.start(FilesFunction::new);
    }

    @AfterAll
    void stop() {
        function.close();
        surrounded.close();
    }

    @BeforeEach
    void makeSandbox() {
        sandbox = surrounded.sandbox(function);
        for (var name : List.of("a.txt", "b.txt")) {
            var target = new WriteFile("/home/user/" + name, null, true, true, false, null);
            surrounded.agent().write(sandbox.id(), target, "one\ntwo\n".getBytes(StandardCharsets.UTF_8), null);
        }
    }

    @Test
    void what_is_found_is_answered_with_its_number() {
        var found = ask("find", "{\"path\":\"/home/./user/\",\"pattern\":\".txt\",\"limit\":1}");
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.value("total")).isEqualTo(1);
        assertThat(found.value("truncated")).isEqualTo(true);
        var lines = ask("grep", "{\"path\":\"/home/user\",\"pattern\":\"two\"}");
        assertThat(lines.value("total")).isEqualTo(2);
        assertThat(lines.value("truncated")).isEqualTo(false);
        assertThat(String.valueOf(lines.value("matches"))).contains("file=/home/user/a.txt", "line=2", "column=1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "find | {'pattern':'a'} | 9004",
                "find | {'path':'/home/user'} | 9004",
                "find | {'path':'/home/user','pattern':''} | 9004",
                "find | {'path':'home','pattern':'a'} | 3006",
                "find | {'path':'/..','pattern':'a'} | 3006",
                "find | {'path':'/nowhere','pattern':'a'} | 3001",
                "find | {'path':'/home/user/a.txt','pattern':'a'} | 3008",
                "find | {'path':'/','pattern':'a','limit':10001} | 9004",
                "find | {'path':'/','pattern':'a','maxDepth':-1} | 9004",
                "find | {'path':'/','pattern':'a','type':'folder'} | 9004",
                "find | {'path':'/','pattern':'a','user':'nobody-here'} | 3004",
                "find | {'path':'/','pattern':'a','sizeRange':{'min':5,'max':4}} | 9004",
                "find | {'path':'/','pattern':'a','sizeRange':{'min':-1}} | 9004",
                "find | {'path':'/','pattern':'a\\u0000'} | 9004",
                "find | {'path':'/','pattern':7} | 9005",
                "find | {'path' | 9005",
                "grep | {'path':'/','pattern':'('} | 9004",
                "grep | {'path':'/','pattern':'a','context':51} | 9004",
                "grep | {'path':'/','pattern':'a','limit':0} | 9004",
                "grep | {'path':'/','pattern':'a','exclude':['']} | 9004",
                "grep | {'path':'/nowhere','pattern':'a'} | 3001",
            })
    void what_breaks_a_rule_is_refused_by_its_code(String call, String body, int code) {
        assertThat(ask(call, body.replace('\'', '"')).outcome()).isEqualTo(code);
    }

    @Test
    void what_an_answer_cannot_carry_is_cut_and_said_to_be() {
        var line = new GrepMatch("/f", 1, 1, "\0".repeat(4096), null, List.of("é".repeat(4096)));
        var found = SearchRoom.fit(new GrepResult(Collections.nCopies(10_000, line), false));
        assertThat(found.truncated()).isTrue();
        assertThat(found.total()).isEqualTo(found.matches().size());
        assertThat(found.total() * (7L + 2) * 4096)
                .isBetween(AnswerSize.MOST_BYTES * 9L / 10, (long) AnswerSize.MOST_BYTES);
    }

    @Test
    void a_watch_is_a_socket_and_a_ticket_opens_it_without_us() {
        assertThat(Surrounded.ask(function, Events.get(path("watch"))).outcome())
                .isEqualTo(9008);
        var ticket = ask("watch/ticket?path=/home/user&recursive=true&events=created,deleted", "");
        assertThat(ticket.status()).isEqualTo(201);
        assertThat(ask("watch/ticket?path=home", "").outcome()).isEqualTo(3006);
        assertThat(ask("watch/ticket?path=/home&events=touched", "").outcome()).isEqualTo(9004);
    }

    private Answer ask(String call, String body) {
        return Surrounded.ask(function, Events.post(path(call), body));
    }

    private String path(String call) {
        return "/api/v1/sandboxes/" + sandbox.id() + "/files/" + call;
    }
}
