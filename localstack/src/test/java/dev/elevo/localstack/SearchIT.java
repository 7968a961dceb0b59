package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches and watches from HTTP and WebSocket to a real sandbox. */
@Timeout(300)
final class SearchIT {
    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static String sandbox;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        sandbox = "/api/v1/sandboxes/" + stack.post("/api/v1/sandboxes", "{}").field("id");
    }

    @Test
    void a_project_is_searched_by_names_and_by_lines() {
        run("mkdir -p p/src/.cache && cd p && for i in 1 2 3; do printf 'first\\nüber TODO '$i'\\n' > src/f$i.c; done; "
                + "cp src/f1.c src/.cache/f.c; mkfifo src/pipe; ln -s / src/all");
        var found = post("find", "{'path':'/home/user/p','pattern':'**/*.c'}");
        assertThat(found.field("matches"))
                .isEqualTo("[/home/user/p/src/f1.c, /home/user/p/src/f2.c, /home/user/p/src/f3.c]");
        assertThat(found.json()).containsEntry("total", 3).containsEntry("truncated", false);

        var lines = post("grep", "{'path':'/home/user/p','pattern':'todo [23]','caseSensitive':false,'context':1}");
        assertThat(lines.field("matches")).contains("f2.c", "f3.c", "column=6", "contextBefore=[first]");
        assertThat(lines.json()).containsEntry("total", 2);
        assertThat(post("grep", "{'path':'/home/user/p','pattern':'TODO','limit':1}")
                        .json())
                .containsEntry("truncated", true);
        assertThat(post("grep", "{'path':'/home/user/p','pattern':'TODO'}").json())
                .containsEntry("total", 4);
    }

    @Test
    void what_cannot_be_searched_is_refused_by_its_code() {
        run("touch plain");
        assertThat(post("find", "{'path':'/home/user/nowhere','pattern':'*'}").code())
                .isEqualTo(3001);
        assertThat(post("find", "{'path':'/home/user/plain','pattern':'*'}").code())
                .isEqualTo(3008);
        assertThat(post("find", "{'path':'/root','pattern':'*'}").code()).isEqualTo(3004);
        assertThat(post("find", "{'path':'/','pattern':'[a'}").code()).isEqualTo(9004);
        assertThat(post("find", "{'path':'/','pattern':'*','user':'stranger'}").code())
                .isEqualTo(3004);
        assertThat(post("find", "{'path':'plain','pattern':'*'}").code()).isEqualTo(3006);
        var refused = post("grep", "{'path':'/','pattern':'(?=x)'}");
        assertThat(refused.code()).isEqualTo(9004);
        assertThat(refused.text()).contains("\"field\":\"pattern\"");
    }

    @Test
    void changes_are_told_to_who_subscribes_by_message_or_by_address() throws Exception {
        run("mkdir -p w/deep");
        try (var client = StreamClient.of(stack, sandbox + "/files/watch?path=/home/user/w&recursive=true")) {
            client.awaitEvent("subscribed", "/home/user/w");
            client.say(json("{'type':'subscribe','id':'two','data':{'path':'/home/user/w/deep','include':'*.c'}}"));
            client.awaitEvent("subscribed", "/home/user/w/deep");
            client.say(json("{'type':'subscribe','id':'three','data':{'path':'/home/user/nowhere'}}"));

            run("cd w; echo 1 > deep/a.c; mv deep/a.c deep/b.c; rm deep/b.c; mkdir new; touch new/f");

            client.awaitEvent("created", "/home/user/w/new/f");
            assertThat(told(client, "default"))
                    .startsWith("subscribed /home/user/w", "created /home/user/w/deep/a.c")
                    .contains(
                            "renamed /home/user/w/deep/b.c",
                            "deleted /home/user/w/deep/b.c",
                            "created /home/user/w/new");
            assertThat(told(client, "two")).contains("renamed /home/user/w/deep/b.c");
            assertThat(client.all("error")).singleElement().asString().contains("id=three", "code=3001");

            client.say(json("{'type':'unsubscribe','id':'two'}"));
            client.awaitEvent("unsubscribed", "/home/user/w/deep");
        }
        awaitNoWatch();
    }

    @Test
    void a_path_that_is_not_there_fails_the_handshake() {
        assertThatThrownBy(() -> StreamClient.of(stack, sandbox + "/files/watch?path=/home/user/nowhere"))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        refused ->
                                assertThat(refused.getResponse().statusCode()).isEqualTo(404));
    }

    /** Whoever vanishes leaves nothing behind inside. */
    private static void awaitNoWatch() {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!run("cat /proc/[0-9]*/comm | grep -c elevo-watch || true").equals("0")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Eventually.pause();
        }
    }

    private static List<String> told(StreamClient client, String id) {
        return client.all("event").stream()
                .filter(message -> id.equals(message.get("id")))
                .map(message -> (Map<?, ?>) message.get("data"))
                .map(data -> data.get("event") + " " + data.get("path"))
                .toList();
    }

    private static RunningStack.Answer post(String call, String body) {
        return stack.post(sandbox + "/files/" + call, json(body));
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private static String run(String command) {
        var answer = stack.post(
                sandbox + "/process/run",
                "{\"command\":\"" + command.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.field("stdout").strip();
    }
}
