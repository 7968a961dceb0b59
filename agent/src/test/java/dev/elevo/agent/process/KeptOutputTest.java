package dev.elevo.agent.process;

import static dev.elevo.agent.process.Requests.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.stream.Session;
import dev.elevo.contract.process.OutputQuery;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.stream.ServerMessages;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of the outputs of ended processes together no more is kept than has room. */
@Timeout(60)
final class KeptOutputTest {
    private static final int LENGTH = 1_000_000;
    private static final long ROOM = 2_500_000;

    @TempDir
    private Path directory;

    private Agent agent;

    @BeforeEach
    void start() throws IOException {
        agent = new Agent(directory, InstantSource.system(), ROOM);
    }

    @AfterEach
    void stop() throws IOException {
        agent.close();
    }

    @Test
    void the_oldest_outputs_make_room_and_are_told_to_be_gone() throws IOException {
        var pids = new ArrayList<Integer>();
        for (int i = 0; i < 6; i++) {
            var loud = "head -c " + LENGTH + " /dev/zero | tr '\\0' x; printf err >&2; exit " + i;
            pids.add(agent.start(command(loud).waiting(0).build()));
            agent.result(pids.get(i));
        }

        assertDropped(pids.get(0), 0);
        assertDropped(pids.get(3), 3);
        assertKept(pids.get(4), 4);
        assertKept(pids.get(5), 5);
        assertThat(Directories.size(agent.state())).isLessThan(ROOM);

        agent.restart();

        assertDropped(pids.get(3), 3);
        assertKept(pids.get(4), 4);
    }

    @Test
    void a_cursor_from_before_goes_on_behind_what_is_gone() {
        var read = agent.start(
                command("head -c " + LENGTH + " /dev/zero").waiting(0).build());
        agent.result(read);
        var page = agent.output(read, new OutputQuery(null, null, 400_000, null, null));
        assertThat(page.droppedBytes()).isZero();

        for (int i = 0; i < 2; i++) {
            agent.run("head -c " + LENGTH + " /dev/zero");
        }

        var rest = agent.output(read, page.nextCursor());
        assertThat(rest.chunks()).isEmpty();
        assertThat(rest.droppedBytes()).isEqualTo(LENGTH - 400_000);
        assertThat(rest.ended()).isTrue();
    }

    @Test
    void a_stream_of_what_is_gone_says_how_much_it_was() throws IOException {
        var gone = agent.start(
                command("head -c " + LENGTH + " /dev/zero").waiting(0).build());
        agent.result(gone);
        for (int i = 0; i < 2; i++) {
            agent.result(agent.start(
                    command("head -c " + LENGTH + " /dev/zero").waiting(0).build()));
        }
        var says = new ServerMessages(ObjectMapper.getDefault(), InstantSource.system());

        var session = agent.processes()
                .inSandbox(
                        Agent.SANDBOX,
                        all -> OutputSession.open(
                                all, all.withPid(gone), new OutputSession.Wish(false, true, null), says, () -> {}));

        assertThat(text(session.next())).contains("\"type\":\"data\"", "\"droppedBytes\":" + LENGTH);
        assertThat(text(session.next())).contains("\"type\":\"exit\"");
        assertThat(session.next()).isEqualTo(new Session.End(CloseCode.ENDED));
    }

    private static String text(Session.@Nullable Saying saying) {
        assertThat(saying).isInstanceOf(Session.Message.class);
        return saying instanceof Session.Message(var text) ? new String(text, StandardCharsets.UTF_8) : "";
    }

    @Test
    void what_an_agent_that_died_was_about_to_delete_the_next_one_deletes() throws IOException {
        var left = Files.createDirectory(agent.state().resolve("dropped-1"));
        Files.writeString(left.resolve("stdout"), "x");

        agent.restart();

        assertThat(left).doesNotExist();
    }

    private void assertDropped(int pid, int exitCode) {
        var page = agent.output(pid, (String) null);
        assertThat(page.chunks()).isEmpty();
        assertThat(page.droppedBytes()).isEqualTo(LENGTH + 3);
        assertThat(page.ended()).isTrue();
        assertThat(page.exitCode()).isEqualTo(exitCode);
        var result = agent.result(pid);
        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.stdout()).isEmpty();
        assertThat(result.truncated()).isTrue();
    }

    private void assertKept(int pid, int exitCode) {
        var result = agent.result(pid);
        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.stdout()).hasSize(LENGTH);
        assertThat(result.stderr()).isEqualTo("err");
        assertThat(result.truncated()).isFalse();
    }
}
