package dev.elevo.agent.guest;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Ids;
import dev.elevo.contract.agent.AgentPaths;
import dev.elevo.contract.agent.Capability;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.agent.RestoreWorkspace;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.SaveQuery;
import dev.elevo.contract.agent.SaveStatus;
import dev.elevo.contract.agent.SaveWorkspace;
import dev.elevo.contract.agent.SavedWorkspace;
import dev.elevo.contract.agent.SnapshotStatus.Progress;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.process.RunRequest;
import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Isolation;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that is one sandbox, with the rights that its root has by default; the platform and the control plane are played. */
final class GuestTest {
    private static final int PART = 1000;
    private static final int PATIENCE = 60_000;

    @TempDir
    private static Path directory;

    private static Machine machine;
    private static FileStore store;

    private final String id = Ids.SANDBOX.random();

    @BeforeAll
    static void start() throws IOException, GeneralSecurityException {
        machine = new Machine(directory, "few");
        store = new FileStore();
        assertThat(machine.run(machine.assignment(7)).status())
                .as(machine::said)
                .isEqualTo(200);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (store != null) {
            store.close();
        }
        if (machine != null) {
            machine.close();
        }
    }

    @AfterEach
    void remove() {
        assertThat(machine.call("DELETE", path(id), id, null).status()).isEqualTo(204);
    }

    @Test
    void says_what_it_is() {
        var host = machine.call("GET", AgentPaths.HOST, Capability.HOST, null).as(HostInfo.class);

        assertThat(host.isolation()).isEqualTo(Isolation.MICROVM);
        assertThat(host.templates()).containsExactly("base");
        assertThat(host.pause()).isTrue();
        assertThat(machine.health().generation()).isEqualTo(7);
    }

    @Test
    void the_user_has_no_rights_and_no_way_to_any() {
        create();

        assertThat(run("id -u; grep -E 'NoNewPrivs|CapEff|CapBnd' /proc/self/status | tr -s '\\t ' ' '")
                        .stdout())
                .contains("1000\n", "NoNewPrivs: 1", "CapEff: 0000000000000000");
        assertThat(run("su -c id || sudo id").exitCode()).isNotZero();
        assertThat(run("ulimit -u; ulimit -c").stdout()).isEqualTo("1024\n0\n");
    }

    @Test
    void what_is_the_agents_is_closed_to_the_user() {
        create();

        assertThat(run("ls /var/lib/elevo; cat /var/lib/elevo/agent/*").stdout())
                .isEmpty();
        assertThat(run("find /run/elevo -mindepth 2 2>/dev/null; cat /proc/*/environ 2>/dev/null | tr '\\0' '\\n"
                                + "' | grep ELEVO")
                        .stdout())
                .isEmpty();
        assertThat(run("for p in /proc/[0-9]*; do readlink $p/exe; done | grep -c java")
                        .stdout())
                .isEqualTo("0\n");
        assertThat(run("kill -9 $(pgrep -u root) 2>/dev/null; kill -9 1; echo still")
                        .stdout())
                .isEqualTo("still\n");
        assertThat(machine.health().ready()).isTrue();
    }

    @Test
    void a_user_who_ends_everything_ends_only_what_is_his() {
        create();
        run("kill -9 -1");

        assertThat(run("echo on").stdout()).isEqualTo("on\n");
        assertThat(status().state()).isEqualTo(SandboxState.RUNNING);
    }

    @Test
    void the_sandbox_does_not_play_the_platform() {
        create();
        for (var hook : List.of("suspend", "resume", "terminate", "run")) {
            var call =
                    "exec 3<>/dev/tcp/127.0.0.1/%d; printf 'POST %s%s HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n' >&3; head -1 <&3"
                            .formatted(machine.hooksPort(), HookServer.PATH, hook);
            assertThat(run(call).stdout()).contains(" 403 ");
        }
        var relay = machine.call("GET", path(id) + "/ports/" + machine.hooksPort(), id, null);
        assertThat(relay.status()).isNotEqualTo(101);
    }

    /** For a socket that was closed the kernel names root. */
    @Test
    void the_sandbox_does_not_play_the_platform_from_a_socket_that_it_has_closed() {
        create();
        var words =
                "POST %ssuspend HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\n\\r\\n".formatted(HookServer.PATH);

        var before = machine.said().length();

        run("for i in $(seq 50); do exec 3<>/dev/tcp/127.0.0.1/%d; printf '%s' >&3; exec 3>&-; done"
                .formatted(machine.hooksPort(), words));

        Eventually.await("it is refused", () -> saidSince(before).contains("somebody who did not wait"));
        assertThat(saidSince(before)).doesNotContain(HookServer.PATH + "suspend: 200");
    }

    private static String saidSince(int length) {
        return machine.said().substring(length);
    }

    @Test
    void who_is_not_its_user_is_nobody_here() {
        var asRoot = machine.call("POST", AgentPaths.SANDBOXES, Capability.HOST, spec("root", null));
        assertThat(asRoot.code()).isEqualTo(ErrorCode.NOT_IMPLEMENTED.number());

        create();
        var answer = machine.call(
                "POST",
                path(id) + "/processes",
                id,
                new RunRequest("id", null, null, null, null, null, "root", null, null, null, null, null, null));
        assertThat(answer.code()).isEqualTo(ErrorCode.COMMAND_FAILED.number());
    }

    @Test
    void one_machine_is_one_sandbox() {
        create();

        var second =
                machine.call("POST", AgentPaths.SANDBOXES, Capability.HOST, spec(Ids.SANDBOX.random(), "user", null));

        assertThat(second.code()).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.number());
    }

    @Test
    void what_a_command_has_left_behind_is_told_of_the_end_as_well() {
        create();
        assertThat(run("""
            (trap 'echo told > ~/told; exit' TERM; touch ~/ready; while :; do sleep 0.1; done) >/dev/null 2>&1 &
            until [ -e ~/ready ]; do sleep 0.05; done""").exitCode()).isZero();

        stopSandbox(20_000);

        machine.call("POST", path(id) + "/start", id, Deadline.NEVER).as(SandboxStatus.class);
        assertThat(run("cat ~/told").stdout()).isEqualTo("told\n");
    }

    @Test
    void a_fork_bomb_leaves_room_for_the_next_command() {
        create();
        run("f() { f | f & }; f; sleep 2");

        assertThat(run("echo on").stdout()).isEqualTo("on\n");
    }

    @Test
    void no_time_passes_while_the_machine_stands_still() {
        var deadline = Instant.now().plusSeconds(2);
        create(deadline);

        assertThat(machine.hook("suspend", "").status()).isEqualTo(200);
        Eventually.await(() -> Instant.now().isAfter(deadline.plusSeconds(1)));
        assertThat(status().state()).isEqualTo(SandboxState.RUNNING);
        assertThat(machine.hook("resume", "").status()).isEqualTo(200);

        assertThat(status().deadline()).isAfter(deadline.plusSeconds(1));
        assertThat(run("echo on").stdout()).isEqualTo("on\n");
        Eventually.await(() -> status().state() == SandboxState.STOPPED);
        assertThat(status().endReason()).isEqualTo(EndReason.EXPIRED);
    }

    @Test
    void hooks_are_answered_with_200_whatever_there_is_to_do() {
        for (var hook : List.of("resume", "suspend", "suspend", "resume", "terminate", "validate")) {
            assertThat(machine.hook(hook, "").status()).as(hook).isEqualTo(200);
        }
    }

    @Test
    void files_go_to_the_next_machine_as_they_are() {
        create();
        assertThat(run("""
            set -e
            cd ~; mkdir -m 750 d; echo one > d/a; chmod 640 d/a; ln d/a b; ln -s d/a c; mkfifo f
            truncate -s 50M sparse; printf end | dd of=sparse bs=1 seek=40M conv=notrunc status=none
            touch -d '2020-02-02 02:02:02' d/a; printf x > "$(printf 'o\\377dd\\nname')"; setfattr -n user.k -v v d || true
            head -c 20000 /dev/urandom > noise; echo t > /tmp/t; : > empty
            find . /tmp -printf '%p %m %u %g %s %y %l %n %TY-%Tm-%Td\\n' | sort | sha256sum > /tmp/sums
            sha256sum d/a noise sparse >> /tmp/sums\
            """).exitCode()).isZero();
        var before = look();
        stopSandbox();
        store.breakOff(1);
        var saved = save("a");
        assertThat(saved.etags()).hasSizeGreaterThan(10).allMatch(tag -> tag.startsWith("\""));
        assertThat(saved.bytes()).isLessThan(60_000);
        remove();

        assertThat(restore(saved).status()).as(machine::said).isEqualTo(204);
        create();

        assertThat(look()).isEqualTo(before).contains("d/a");
        assertThat(run("cd ~; cat c; test b -ef d/a && stat -c '%b %s' sparse").stdout())
                .startsWith("one\n")
                .endsWith(" 52428800\n");
    }

    private String look() {
        return run("cd ~; find . /tmp ! -name sums -printf '%p %m %u %g %y %l %n\\n"
                        + "' | sort; sha256sum d/a noise sparse; stat -c %Y d/a; cat -v <(ls)")
                .stdout();
    }

    @Test
    void what_is_not_what_was_saved_changes_nothing() {
        create();
        run("echo old > ~/old");
        stopSandbox();
        var saved = save("b");

        var wrong = new SavedWorkspace(saved.etags(), saved.bytes(), "0".repeat(64));
        assertThat(restore(wrong).code()).isEqualTo(ErrorCode.SANDBOX_CREATION_FAILED.number());
        assertThat(machine.call(
                                "POST",
                                path(id) + "/workspace/restore",
                                Capability.HOST,
                                new RestoreWorkspace(store.at("nowhere"), saved.sha256()))
                        .code())
                .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.number());
        store.objects().compute("whole", (name, bytes) -> Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(machine.call(
                                "POST",
                                path(id) + "/workspace/restore",
                                Capability.HOST,
                                new RestoreWorkspace(store.at("whole"), saved.sha256()))
                        .code())
                .isEqualTo(ErrorCode.SANDBOX_CREATION_FAILED.number());

        assertThat(machine.call("POST", path(id) + "/start", id, Deadline.NEVER).status())
                .isEqualTo(200);
        assertThat(run("cat ~/old; ls -A ~ | grep elevo").stdout()).isEqualTo("old\n");
    }

    @Test
    void files_are_not_replaced_under_what_runs() {
        create();
        var saved = save("c");

        assertThat(restore(saved).code()).isEqualTo(ErrorCode.INVALID_SANDBOX_STATE.number());
    }

    @Test
    void what_has_more_than_its_addresses_hold_is_not_saved() {
        create();
        run("head -c 5000 /dev/urandom > ~/noise");

        var two = List.of(store.at("x0"), store.at("x1"));
        assertThat(order(new SaveWorkspace("x", two, PART, PATIENCE)))
                .extracting(SaveStatus::progress, SaveStatus::code)
                .containsExactly(Progress.FAILED, ErrorCode.FILE_TOO_LARGE.number());
        var nowhere = List.of(URI.create("http://127.0.0.1:1/x"));
        assertThat(order(new SaveWorkspace("nowhere", nowhere, 1 << 20, PATIENCE)))
                .extracting(SaveStatus::progress, SaveStatus::code)
                .containsExactly(Progress.FAILED, ErrorCode.SERVICE_UNAVAILABLE.number());
        // Who asks again hears the same.
        assertThat(look("nowhere", 0).reason()).contains("a part was not taken");
    }

    @Test
    void saving_goes_on_without_whoever_ordered_it_and_is_found_by_its_order() {
        create();
        run("head -c 20000 /dev/urandom > ~/noise");
        store.hold(2);

        assertThat(order(order("d", 0)).isUnderWay()).isTrue();
        Eventually.await("two parts are taken", () -> look("d", 0).bytes() == 2 * PART);
        assertThat(order(order("d", 0)).progress()).isEqualTo(Progress.AT_WORK);
        store.letGo();
        var done = look("d", PATIENCE);

        assertThat(done.progress()).isEqualTo(Progress.DONE);
        assertThat(done.bytes()).isGreaterThan(20_000);
        assertThat(order(order("d", 0))).isEqualTo(done);
        forget("d");
        assertThat(look("d", 0).progress()).isEqualTo(Progress.ABSENT);
    }

    @Test
    void orders_are_done_one_after_the_other_and_one_that_is_given_up_makes_room() {
        create();
        run("head -c 20000 /dev/urandom > ~/noise");
        store.hold(0);
        order(order("e", 0));
        Eventually.await("it is at work", () -> look("e", 0).progress() == Progress.AT_WORK);

        var second = order(order("f", 0));

        assertThat(second.progress()).isEqualTo(Progress.WAITING);
        assertThat(second.others()).isEqualTo(1);
        forget("e");
        Eventually.await("the second has its turn", () -> look("f", 0).progress() == Progress.AT_WORK);
        assertThat(look("f", 0).others()).isZero();
        store.letGo();
        assertThat(look("f", PATIENCE).progress()).isEqualTo(Progress.DONE);
        forget("f");
        forget("e");
    }

    private SavedWorkspace save(String name) {
        var saved = requireNonNull(order(order(name, PATIENCE)).saved(), "it was not saved");
        forget(name);
        var whole = new ByteArrayOutputStream();
        IntStream.range(0, saved.etags().size())
                .forEach(part -> whole.writeBytes(store.objects().get(name + part)));
        store.objects().put("whole", whole.toByteArray());
        return saved;
    }

    private static SaveWorkspace order(String name, int waitMs) {
        var parts =
                IntStream.range(0, 500).mapToObj(part -> store.at(name + part)).toList();
        return new SaveWorkspace(name, parts, PART, waitMs);
    }

    private SaveStatus order(SaveWorkspace order) {
        return machine.call("POST", path(id) + "/workspace/save", Capability.HOST, order)
                .as(SaveStatus.class);
    }

    private SaveStatus look(String name, int waitMs) {
        return machine.call("POST", path(id) + "/workspace/look", Capability.HOST, new SaveQuery(name, waitMs))
                .as(SaveStatus.class);
    }

    private void forget(String name) {
        var answer = machine.call("POST", path(id) + "/workspace/forget", Capability.HOST, new SaveQuery(name, 0));
        assertThat(answer.status()).isEqualTo(204);
    }

    private Machine.Answer restore(SavedWorkspace saved) {
        return machine.call(
                "POST",
                path(id) + "/workspace/restore",
                Capability.HOST,
                new RestoreWorkspace(store.at("whole"), saved.sha256()));
    }

    private void create() {
        create(null);
    }

    private void create(@Nullable Instant deadline) {
        var made = machine.call("POST", AgentPaths.SANDBOXES, Capability.HOST, spec("user", deadline))
                .as(SandboxStatus.class);
        assertThat(made.isolation()).isEqualTo(Isolation.MICROVM);
    }

    private void stopSandbox() {
        stopSandbox(500);
    }

    private void stopSandbox(int graceMs) {
        machine.call("POST", path(id) + "/stop", id, new StopSandbox(graceMs, EndReason.REQUESTED))
                .as(SandboxStatus.class);
    }

    private SandboxStatus status() {
        return machine.call("GET", path(id), id, null).as(SandboxStatus.class);
    }

    private RunResult run(String command) {
        return machine.call(
                        "POST",
                        path(id) + "/processes",
                        id,
                        new RunRequest(command, null, null, null, null, null, null, null, null, null, null, null, null))
                .as(RunResult.class);
    }

    private static String path(String sandbox) {
        return AgentPaths.SANDBOXES + "/" + sandbox;
    }

    private SandboxSpec spec(String user, @Nullable Instant deadline) {
        return spec(id, user, deadline);
    }

    private static SandboxSpec spec(String sandbox, String user, @Nullable Instant deadline) {
        return new SandboxSpec(
                sandbox,
                "base",
                Map.of("NAMED", "yes"),
                "/home/user",
                user,
                "/bin/bash",
                Resources.DEFAULT,
                NetworkConfig.DEFAULT,
                List.of(),
                null,
                deadline);
    }
}
