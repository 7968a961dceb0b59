package dev.elevo.agent.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.agent.helper.Helper;
import dev.elevo.agent.helper.RealHelper;
import dev.elevo.agent.helper.Role;
import dev.elevo.agent.process.ProcessHost;
import dev.elevo.agent.process.ProcessHosts;
import dev.elevo.agent.room.AnswerRoom;
import dev.elevo.agent.stream.LastUses;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.TransferTicket;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.agent.WriteFiles;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.WatchOptions;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files by a helper that is no pid 1, as where there are no walls: whose servers are its children all the same. */
final class FilesWithoutWallTest {
    private static final String SANDBOX = "sbx-aaaaaaaaaaaa";
    private static final int SIGTERM = 15;

    @TempDir
    private Path directory;

    private RealHelper real;
    private FileServers servers;
    private Files files;
    private final LastUses uses = new LastUses();

    @BeforeEach
    void start() throws IOException {
        real = new RealHelper(directory);
        var spec = new SandboxSpec(
                SANDBOX,
                "host",
                Map.of(),
                directory.toString(),
                RealHelper.user(),
                "/bin/sh",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                List.of(),
                null,
                null);
        var host = new ProcessHost(spec, true, real.socket(), directory.resolve("state"), () -> 0, () -> false);
        ProcessHosts hosts = id -> Optional.of(host);
        servers = new FileServers(hosts);
        files = new Files(servers, new SpentTickets(hosts), uses, new AnswerRoom());
    }

    @AfterEach
    void stop() throws IOException {
        servers.stop();
        real.close();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private void write(String name, String content) {
        var target = new WriteFile(path(name), null, true, true, false, null);
        files.write(SANDBOX, target, content.getBytes(UTF_8), null);
    }

    @Test
    @Timeout(60)
    void who_watches_sees_what_is_written_and_not_how() throws IOException {
        write("w/old", "1");
        write("w/older", "1");
        try (var connection = new Helper(real.socket());
                var watch = new WatchServer(connection.serve(Role.WATCH, RealHelper.user()))) {
            watch.subscribe(1, new WatchOptions(path("w"), true, null, null, null, 0).checked());
            assertThat(watch.next()).isEqualTo(new WatchReply.Subscribed(1));
            write("w/new", "22");
            write("w/old", "22");
            write("w/later", "");
            assertThat(told(watch, 3)).containsExactlyInAnyOrder("created new", "modified old", "created later");

            var batch = Stream.of("old", "newer", "older", "end")
                    .map(name -> new WriteFiles.Entry(path("w/" + name), "MzMz", null, true, true))
                    .toList();
            files.writeAll(SANDBOX, new WriteFiles(batch, null), null);
            assertThat(told(watch, 4))
                    .containsExactlyInAnyOrder("modified old", "created newer", "modified older", "created end");

            files.copy(SANDBOX, new CopyRequest(path("w/old"), path("w/copy"), null, null, null, null), null);
            files.copy(SANDBOX, new CopyRequest(path("w/old"), path("w/end"), null, true, null, null), null);
            write("w/last", "");
            assertThat(told(watch, 3)).containsExactlyInAnyOrder("created copy", "modified end", "created last");
        }
    }

    private List<String> told(WatchServer watch, int count) throws IOException {
        var told = new ArrayList<String>();
        while (told.size() < count) {
            var changed = (WatchReply.Changed) watch.next();
            told.add(changed.event() + " " + changed.path().substring(path("w").length() + 1));
        }
        return told;
    }

    @Test
    void what_is_about_to_get_its_name_is_listed_nowhere() {
        write("w/.elevo-0123456789abcdef01234567", "1");
        write("w/below/.elevo-sbx-0123456789az-f0/code", "1");
        write("w/.elevo-notes", "1");

        var all = new ListFiles(path("w"), -1, null, true, "name", false, 0, 100, null);

        assertThat(files.list(SANDBOX, all).files())
                .extracting(FileInfo::name)
                .containsExactly(".elevo-notes", "below");
    }

    @Test
    void what_is_written_is_read_by_one_server() {
        for (int i = 0; i < 10; i++) {
            write("a/b", "content " + i);
            var read = files.read(SANDBOX, new ReadFile(path("a/b"), 8, null, 100, null));
            assertThat(new String(read.bytes(), UTF_8)).isEqualTo(Integer.toString(i));
        }
        assertThat(real.children()).isEqualTo(1);
    }

    @Test
    void an_address_is_used_only_when_all_that_was_sent_to_it_is_there() {
        var ticket = new TransferTicket(
                TransferTicket.Direction.UPLOAD,
                SANDBOX,
                Instant.now().plusSeconds(60),
                "nonce",
                null,
                0,
                null,
                null,
                true,
                true,
                path("up"));
        var told = new ArrayList<@Nullable Object>();
        assertThatThrownBy(() -> files.receive(ticket, () -> {
                    throw new BrokenTransferException("the client has gone");
                }))
                .isInstanceOf(ApiException.class);

        var pieces = new ArrayDeque<>(List.of("con", "tent"));
        files.receive(ticket, () -> {
            told.add(refusal(ticket));
            return pieces.isEmpty()
                    ? List.of()
                    : List.of(ByteBuffer.wrap(pieces.remove().getBytes(UTF_8)));
        });
        told.add(refusal(ticket));

        assertThat(told).containsExactly("in_use", "in_use", "in_use", "used");
        assertThat(directory.resolve("up")).hasContent("content");
    }

    private @Nullable Object refusal(TransferTicket ticket) {
        var refused = catchThrowableOfType(ApiException.class, () -> files.receive(ticket, () -> List.of()));
        return ((Failure.Refused) refused.failure()).details().get("reason");
    }

    @Test
    void an_unknown_user_is_refused_and_costs_nothing() {
        var thrown = catchThrowableOfType(
                ApiException.class, () -> files.stat(SANDBOX, new StatFile("/", true, "nobody-here")));

        assertThat(thrown.failure().code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(real.children()).isZero();
    }

    @Test
    void a_server_ends_with_everything_else_inside() throws IOException {
        write("x", "x");

        try (var helper = new Helper(real.socket())) {
            assertThat(helper.terminate(SIGTERM, Duration.ofSeconds(30))).isTrue();
        }
        assertThat(real.children()).isZero();
        write("x", "y"); // by another
    }

    @Test
    void a_server_ends_with_its_helper() throws Exception {
        write("x", "x");
        var helper = ProcessHandle.of(real.pid()).orElseThrow();
        var server = helper.children().findFirst().orElseThrow();

        helper.destroyForcibly();

        server.onExit().get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_server_holds_nothing_of_its_helpers() throws IOException {
        write("x", "x");
        var server = ProcessHandle.of(real.pid())
                .orElseThrow()
                .children()
                .findFirst()
                .orElseThrow();

        try (var descriptors = java.nio.file.Files.list(Path.of("/proc", Long.toString(server.pid()), "fd"))) {
            assertThat(descriptors.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("0", "1", "2", "3");
        }
        assertThat(java.nio.file.Files.readString(Path.of("/proc", Long.toString(server.pid()), "status")))
                .contains("NoNewPrivs:\t1");
    }
}
