package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.client.ApiException;
import dev.elevo.client.Output;
import dev.elevo.client.Sandbox;
import dev.elevo.client.SandboxEvent;
import dev.elevo.client.WorkspaceClient;
import dev.elevo.client.api.GitApi;
import dev.elevo.client.api.SandboxesApi;
import dev.elevo.client.api.VolumesApi;
import dev.elevo.client.model.CreatePty;
import dev.elevo.client.model.CreateSandbox;
import dev.elevo.client.model.CreateVolume;
import dev.elevo.client.model.InitRepository;
import dev.elevo.client.model.RunRequest;
import dev.elevo.client.model.SpawnRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The client for Java against the local run. */
@Timeout(180)
final class JavaClientIT {
    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static WorkspaceClient client;
    private static Sandbox sandbox;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        var stack = SHARED.get();
        client = WorkspaceClient.builder()
                .apiUrl(stack.ready("url").toString())
                .apiKey(stack.adminKey())
                .build();
        sandbox = client.create(CreateSandbox.builder().name("java-client").build());
    }

    @AfterAll
    static void stop() {
        sandbox.delete();
        client.close();
    }

    @Test
    void a_command_runs_and_what_takes_longer_than_a_request_waits_is_waited_for() {
        assertThat(sandbox.run("echo out; echo err >&2; exit 3").exitCode()).isEqualTo(3);

        var slow =
                RunRequest.builder().command("sleep 0.5; echo late").waitMs(0).build();

        assertThat(sandbox.run(slow).stdout()).isEqualTo("late\n");
    }

    @Test
    void output_is_heard_in_order_and_input_goes_in() {
        var heard = new StringBuilder();
        try (var process = sandbox.spawn(
                SpawnRequest.builder().command("cat; echo done >&2").stdin(true).build())) {
            process.write("typed\n".getBytes(StandardCharsets.UTF_8));
            process.closeInput();

            var exit = process.follow(output -> heard.append(text(output)));

            assertThat(exit.exitCode()).isZero();
        }
        assertThat(heard.toString()).isEqualTo("typed\n!done\n");
    }

    @Test
    void who_left_goes_on_from_his_cursor() {
        var pid = sandbox.spawn(
                        SpawnRequest.builder().command("echo one; echo two >&2").build())
                .pid();
        var all = new ArrayList<Output>();
        sandbox.process(pid).follow(all::add);

        var rest = new StringBuilder();
        sandbox.process(pid)
                .follow(output -> rest.append(text(output)), all.getFirst().cursor());

        assertThat(all.getFirst().bytes()).asString(StandardCharsets.UTF_8).isEqualTo("one\n");
        assertThat(rest.toString()).isEqualTo("!two\n");
    }

    private static String text(Output output) {
        return (output.isError() ? "!" : "") + new String(output.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void a_large_file_goes_in_and_out_by_addresses_of_its_own() throws IOException {
        var bytes = new byte[9_000_000];
        new Random(1).nextBytes(bytes);
        var local = Files.write(folder.resolve("local"), bytes);
        var told = Collections.synchronizedList(new ArrayList<Long>());

        sandbox.files().upload(local, "/home/user/large", (done, total) -> told.add(done));
        sandbox.files().download("/home/user/large", folder.resolve("back"));

        assertThat(folder.resolve("back")).hasSameBinaryContentAs(local);
        assertThat(told).startsWith(0L).endsWith(9_000_000L).isSorted();
    }

    @Test
    void text_is_written_watched_and_read() throws Exception {
        var files = sandbox.files();
        files.makeDirectory("/home/user/watched");
        var seen = new CompletableFuture<String>();
        try (var watch = files.watch("/home/user/watched")) {
            Thread.ofVirtual()
                    .start(() -> watch.follow(event -> {
                        if (event.event().equals("subscribed")) {
                            files.write("/home/user/watched/ä b", "grüße");
                        } else {
                            seen.complete(event.path());
                        }
                    }));

            assertThat(seen.get(60, TimeUnit.SECONDS)).isEqualTo("/home/user/watched/ä b");
        }
        assertThat(files.readText("/home/user/watched/ä b")).isEqualTo("grüße");
        assertThat(files.list("/home/user/watched")).extracting("name").containsExactly("ä b");
        files.delete("/home/user/watched");
        assertThat(files.exists("/home/user/watched")).isFalse();
    }

    @Test
    void a_terminal_is_typed_into() throws Exception {
        try (var terminal =
                sandbox.terminal(CreatePty.builder().cols(90).rows(30).build())) {
            var shown = new StringBuilder();
            var typing = Thread.ofVirtual().start(() -> {
                try {
                    terminal.resize(100, 40);
                    terminal.type("stty size; exit 4\r".getBytes(StandardCharsets.UTF_8));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });

            var exit = terminal.follow(bytes -> shown.append(new String(bytes, StandardCharsets.UTF_8)));
            typing.join();

            assertThat(exit.exitCode()).isEqualTo(4);
            assertThat(shown.toString()).contains("40 100");
        }
    }

    @Test
    void snapshots_volumes_and_git_are_there() {
        var snapshot = sandbox.snapshot("java-client");
        var volume = client.api()
                .volumes()
                .createVolume(
                        new VolumesApi.CreateVolumeQuery(),
                        CreateVolume.builder().name("java-client").sizeGB(1).build());
        client.api()
                .git()
                .initRepository(
                        sandbox.id(),
                        InitRepository.builder().path("/home/user/git").build());

        assertThat(snapshot.state()).isEqualTo("available");
        assertThat(client.volumes(new VolumesApi.ListVolumesQuery()))
                .extracting("id")
                .contains(volume.id());
        var status = client.api().git().getStatus(sandbox.id(), new GitApi.GetStatusQuery().path("/home/user/git"));
        assertThat(status.branch()).isEqualTo("main");

        client.api().volumes().deleteVolume(volume.id(), new VolumesApi.DeleteVolumeQuery());
        client.api().snapshots().deleteSnapshot(snapshot.id());
    }

    @Test
    void changes_of_sandboxes_are_told() throws Exception {
        var other = client.create(CreateSandbox.builder().build());
        var told = new CompletableFuture<SandboxEvent>();
        try (var events = client.events(new SandboxesApi.ConnectEventsQuery().sandboxId(other.id()))) {
            Thread.ofVirtual().start(() -> events.follow(told::complete));
            while (!told.isDone()) { // whoever subscribes learns not when he has
                other.pause();
                other.resume();
            }

            assertThat(told.get().sandboxId()).isEqualTo(other.id());
        }
        other.delete();
    }

    @Test
    void a_refusal_has_its_code_its_details_and_its_request() {
        var refused = catchThrowableOfType(
                ApiException.class, () -> client.sandbox("none").run("true"));

        assertThat(refused.code()).isEqualTo(2001);
        assertThat(refused.name()).isEqualTo("SANDBOX_NOT_FOUND");
        assertThat(refused.details()).containsEntry("sandboxId", "none");
        assertThat(refused.requestId()).startsWith("req-");
        var gone = catchThrowableOfType(
                ApiException.class, () -> sandbox.process(9999).follow(output -> {}));
        assertThat(gone.code()).isEqualTo(4001);
    }

    @Test
    void lists_come_page_by_page() {
        var others = List.of(
                client.create(CreateSandbox.builder().build()),
                client.create(CreateSandbox.builder().build()));

        assertThat(client.sandboxes(new SandboxesApi.ListSandboxesQuery().limit(1))
                        .map(info -> info.id()))
                .contains(sandbox.info().id(), others.get(0).id(), others.get(1).id());

        others.forEach(Sandbox::delete);
    }
}
