package dev.elevo.agent.lsp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.eclipse.lsp4j.WorkspaceFolder;
import org.junit.jupiter.api.Test;

class ServerRequestsTest {
    private static final Envelope.Id NUMBER = new Envelope.Id("3", true);
    private final Published published = new Published(false, Budget.KEPT);

    @Test
    void what_a_server_asks_is_answered_with_the_id_that_it_gave() throws Exception {
        var requests = requests(Map.of("a", Map.of("b", 1)));

        assertThat(requests.answer(NUMBER, "window/workDoneProgress/create", new byte[0]))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":null}");
        assertThat(requests.answer(new Envelope.Id("3", false), "workspace/workspaceFolders", new byte[0]))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"3\",\"result\":[{\"uri\":\"file:///p\",\"name\":\"p\"}]}");
        assertThat(requests.answer(NUMBER, "workspace/applyEdit", new byte[0])).contains("{\"applied\":false}");
        assertThat(configuration(requests, "{\"section\":\"a.b\"},{\"section\":\"c\"},{}"))
                .endsWith("\"result\":[1,null,{\"a\":{\"b\":1}}]}");
    }

    @Test
    void a_server_may_say_late_that_it_wants_to_be_asked_for_diagnostics() throws Exception {
        var requests = requests(Map.of());

        register(requests, "client/registerCapability", "registrations", "1", "textDocument/formatting");
        assertThat(published.isToBeAsked()).isFalse();
        register(requests, "client/registerCapability", "registrations", "2", "textDocument/diagnostic");
        assertThat(published.isToBeAsked()).isTrue();
        published.expect("a", 1);
        assertThat(published.await("a", Deadline.in(Duration.ofMinutes(1)), Deadline.in(Duration.ofMinutes(1))))
                .as("nobody waits")
                .isNull();
        register(requests, "client/registerCapability", "registrations", "3", "textDocument/diagnostic");
        register(requests, "client/unregisterCapability", "unregisterations", "2", "textDocument/diagnostic");
        assertThat(published.isToBeAsked()).as("by the newer one").isTrue();
        register(requests, "client/unregisterCapability", "unregisterations", "3", "textDocument/diagnostic");
        assertThat(published.isToBeAsked()).isFalse();
    }

    private static void register(ServerRequests requests, String method, String list, String id, String what)
            throws BrokenServerException {
        var message = "{\"params\":{\"" + list + "\":[{\"id\":\"" + id + "\",\"method\":\"" + what + "\"}]}}";
        assertThat(requests.answer(NUMBER, method, message.getBytes(UTF_8)))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":null}");
    }

    @Test
    void what_is_not_offered_is_refused_without_a_word_about_us() throws Exception {
        var answer = requests(Map.of()).answer(NUMBER, "elevo/unknown", "{\"params\":[1]}".getBytes(UTF_8));

        assertThat(answer).contains("-32601").doesNotContain("Exception", "dev.elevo", "java", "data");
    }

    @Test
    void no_question_about_settings_makes_a_long_answer() throws Exception {
        var requests = requests(Map.of("a", "x".repeat(60_000)));

        assertThat(configuration(requests, "{\"section\":\"a\"},".repeat(99) + "{\"section\":\"a\"}"))
                .hasSizeLessThan(1_100_000)
                .endsWith("null]}");
    }

    @Test
    void a_question_of_no_shape_is_garbage() {
        assertThatThrownBy(() -> requests(Map.of())
                        .answer(NUMBER, "workspace/configuration", "{\"params\":{\"items\":7}}".getBytes(UTF_8)))
                .hasMessage("garbage");
        assertThatThrownBy(() ->
                        requests(Map.of()).answer(new Envelope.Id("1e400", true), "workspace/applyEdit", new byte[0]))
                .hasMessage("garbage");
    }

    private static String configuration(ServerRequests requests, String items) throws BrokenServerException {
        var message = "{\"params\":{\"items\":[" + items + "]}}";
        return requests.answer(NUMBER, "workspace/configuration", message.getBytes(UTF_8));
    }

    private ServerRequests requests(Map<String, Object> settings) {
        return new ServerRequests(Settings.of(settings), new WorkspaceFolder("file:///p", "p"), published);
    }
}
