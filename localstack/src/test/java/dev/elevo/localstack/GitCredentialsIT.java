package dev.elevo.localstack;

import static dev.elevo.localstack.GitBox.HOME;
import static dev.elevo.localstack.GitBox.REMOTE;
import static dev.elevo.localstack.GitBox.fails;
import static dev.elevo.localstack.GitBox.ok;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Credentials are for one call only: where they must not be while it runs, and once it has. */
class GitCredentialsIT {
    /** Of nobody else: what other suites write down must not be found here. */
    private static final String PASSWORD = "k7-Zq+only/here=1";

    private static final String WRONG = "k8-Zq+wrong/here=2";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static RunningStack stack;
    private static GitBox box;

    @BeforeAll
    static void start() throws IOException {
        stack = SHARED.get();
        box = GitBox.start(stack, PASSWORD, Map.of());
    }

    /** As HTTP has it, too. */
    private static List<String> spellings(String password) {
        return List.of(password, GitBox.login(password).replace("Basic ", ""));
    }

    @Test
    void while_a_call_runs_its_password_is_in_no_argument_environment_and_file() {
        box.serveHalf("held.git");
        var begun = box.git(
                "clone",
                HOME + "held",
                "url",
                REMOTE + "login/held.git",
                "waitMs",
                0,
                "username",
                "me",
                "password",
                PASSWORD);
        box.awaitHalf("held.git");

        var seen = box.seen();
        assertThat(seen).as("the call was seen").contains("remote-http", "CREDENTIALS=http");
        for (var password : spellings(PASSWORD)) {
            assertThat(seen.stream().filter(line -> line.contains(password))).isEmpty();
            assertThat(box.filesWith(password)).isEmpty();
        }
        assertThat(stack.get(box.sandbox() + "/process?includeExited=true&includeSystem=true")
                        .text())
                .contains("git clone")
                .doesNotContain(PASSWORD);

        box.letGo("held.git");
        ok(box.result(begun));
    }

    @Test
    void once_it_has_run_its_password_is_written_nowhere() throws IOException, InterruptedException {
        box.serve("login.git");
        var url = REMOTE + "login/login.git";
        var path = HOME + "login";
        box.sh("git config --global credential.helper store");

        for (var call : List.of("clone", "push", "fetch", "pull")) {
            var refused = box.git(call, path, "url", url, "username", "me", "password", WRONG);
            fails(refused, 5007, "\"reason\":\"refused\"");
            assertThat(refused.text()).doesNotContain(spellings(WRONG));
            var done = box.git(call, path, "url", url, "username", "me", "password", PASSWORD);
            assertThat(ok(done).text()).doesNotContain(spellings(PASSWORD));
        }

        for (var password : List.of(PASSWORD, WRONG)) {
            for (var spelling : spellings(password)) {
                assertThat(box.filesWith(spelling)).isEmpty();
                assertThat(kept(spelling)).isEmpty();
            }
        }
        assertThat(kept("/git/clone"))
                .as("what the run writes down is searched")
                .contains("/logs/");
    }

    /** The files of the run with this text: its logs and its records, but not the disks of its sandboxes, which are larger. */
    private static String kept(String text) throws IOException, InterruptedException {
        var home = stack.home().toString();
        var search = new ProcessBuilder(
                        "find", home, "-xdev", "-type", "f", "-size", "-64M", "-exec", "grep", "-laF", "-e", text, "{}",
                        "+")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var found = new String(search.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        search.waitFor();
        return found;
    }
}
