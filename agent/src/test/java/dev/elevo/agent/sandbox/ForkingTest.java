package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.agent.driver.DiskImages;
import dev.elevo.agent.driver.IsolationDriver;
import dev.elevo.agent.driver.Mounted;
import dev.elevo.agent.driver.Places;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.Deadline;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.agent.SandboxStatus;
import dev.elevo.contract.agent.StopSandbox;
import dev.elevo.contract.sandbox.EndReason;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sandboxes that begin with the files of another. */
final class ForkingTest {
    @TempDir
    private Path home;

    private RealAgent agent;

    @BeforeEach
    void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireWalls();
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    /** One line for every file, with all that can be told of it. */
    private static final String LOOK =
            "cd / && find home/user etc/profile etc/shadow2 usr/local usr/bin/perl opt -printf '%p %y %m %U %G %s %n %l %T@\\n' 2>/dev/null"
                    + " | sort; sha256sum home/user/data etc/profile; getfattr -n user.note --only-values home/user/data 2>/dev/null"
                    + " || true; test -e usr/bin/perl && echo perl || echo no perl; test -e etc/ssl || echo no ssl";

    private static final String FILL =
            "cd /home/user && head -c 3M /dev/urandom > data && ln data hard && ln -s /etc/passwd soft"
                    + " && mkdir -p 'odd\nname' && touch \"odd\nname/$(printf '\\377')\" && truncate -s 1G sparse && chown 1000:1000 data"
                    + " && echo secret > /etc/shadow2 && chmod 0640 /etc/shadow2 && chown 0:42 /etc/shadow2 && echo more >> /etc/profile"
                    + " && mkfifo /opt/pipe && rm -r /etc/ssl";

    /** Without root the host's own programs are nobody's to change. */
    private static final String INSTALL =
            "rm /usr/bin/perl && mkdir -p /usr/local/tool && echo '#!/bin/sh' > /usr/local/tool/run"
                    + " && chmod 4755 /usr/local/tool/run";

    @Test
    void a_fork_has_every_file_as_it_is_and_none_of_the_processes() {
        var source = agent.create();
        assertThat(agent.run(source, "root", FILL).exitCode()).isZero();
        if (agent.isRoot()) {
            assertThat(agent.run(source, "root", INSTALL).exitCode()).isZero();
        }
        agent.run(source, "sleep 1000 >/dev/null 2>&1 & echo begun");
        var before = agent.run(source, "root", LOOK).stdout();

        var forks = fork(source, 3);

        assertThat(before).contains("no ssl", "home/user/sparse f 644 ");
        if (agent.isRoot()) {
            assertThat(before).contains("no perl", "usr/local/tool/run f 4755");
        }
        for (var fork : forks) {
            assertThat(agent.run(fork, "root", LOOK).stdout()).isEqualTo(before);
            assertThat(agent.run(fork, "root", "ls /proc | grep -c '^[0-9]'; cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
                            .stdout())
                    .doesNotContain("sleep 1000");
            assertThat(agent.run(fork, "test $(stat -c %U ~/data) = user && echo mine > ~/own && cat ~/own")
                            .stdout())
                    .isEqualTo("mine\n");
        }
        assertThat(agent.run(source, "ls ~/own 2>&1; echo goes on").stdout()).contains("No such file", "goes on");
        assertThat(agent.run(source, "root", LOOK).stdout()).isEqualTo(before);
    }

    @Test
    void a_fork_can_be_forked_and_outlives_what_it_was_made_of() {
        var source = agent.create();
        agent.run(source, "echo first > ~/note");
        var child = fork(source, 1).getFirst();
        agent.run(child, "echo second >> ~/note");
        var grandchild = fork(child, 1).getFirst();
        agent.sandboxes().delete(source);
        agent.sandboxes().delete(child);

        assertThat(agent.run(grandchild, "cat ~/note").stdout()).isEqualTo("first\nsecond\n");
        agent.sandboxes().stop(grandchild, new StopSandbox(0, EndReason.REQUESTED));
        agent.restart();
        agent.sandboxes().start(grandchild, Deadline.NEVER);
        assertThat(agent.run(grandchild, "cat ~/note").stdout()).isEqualTo("first\nsecond\n");
    }

    @Test
    void a_paused_one_is_forked_and_stays_paused_and_a_stopped_one_is_not() {
        agent.requireEnforced("disk");
        var source = agent.create();
        agent.run(source, "echo kept > ~/note; (while :; do date >> ~/log; done) >/dev/null 2>&1 &");
        agent.sandboxes().pause(source);

        var fork = fork(source, 1).getFirst();

        assertThat(agent.run(fork, "cat ~/note").stdout()).isEqualTo("kept\n");
        assertThat(agent.sandboxes().get(source).state()).isEqualTo(SandboxState.PAUSED);
        agent.sandboxes().stop(source, new StopSandbox(0, EndReason.REQUESTED));
        assertThatThrownBy(() -> fork(source, 1))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.failure().code()).isEqualTo(ErrorCode.SANDBOX_NOT_RUNNING));
    }

    @Test
    void all_or_none_and_nothing_is_left_of_none() throws IOException {
        var source = agent.create();
        var sound = sibling(Resources.DEFAULT);
        var unsound = new SandboxSpec(
                sibling(Resources.DEFAULT).id(),
                "base",
                sound.env(),
                "/home/user",
                "user",
                "/bin/bash",
                Resources.DEFAULT,
                sound.network(),
                List.of(),
                null,
                null,
                List.of("/no/such/program"));

        // A single one has the checkpoint itself.
        for (var wanted : List.of(List.of(sound, unsound), List.of(unsound))) {
            assertThatThrownBy(() -> agent.sandboxes().fork(source, wanted)).isInstanceOf(ApiException.class);

            assertThat(agent.sandboxes().list()).extracting(SandboxStatus::id).containsExactly(source);
            assertThat(agent.context().getBean(Places.class).existing())
                    .hasSizeLessThanOrEqualTo(2); // its own, and one ahead of need
        }
    }

    /** They wait for the source's checkpoint, which must not wait for them. */
    @Test
    @Timeout(120)
    void forks_that_share_a_lock_with_their_source_or_each_other_wait_for_no_one_for_ever() {
        var source = agent.create();
        var specs = Stream.generate(() -> sibling(Resources.DEFAULT))
                .filter(spec -> Math.floorMod(spec.id().hashCode(), Locks.COUNT)
                        == Math.floorMod(source.hashCode(), Locks.COUNT))
                .limit(2)
                .toList();

        assertThat(agent.sandboxes().fork(source, specs))
                .allSatisfy(status -> assertThat(status.state()).isEqualTo(SandboxState.RUNNING));
    }

    @Test
    void a_source_that_is_not_there_has_no_forks_and_nothing_is_left_of_them() throws IOException {
        assertThatThrownBy(() -> fork("sbx-000000000000", 2))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.failure().code()).isEqualTo(ErrorCode.SANDBOX_NOT_FOUND));

        assertThat(agent.sandboxes().list()).isEmpty();
        assertThat(agent.context().getBean(Places.class).existing()).hasSizeLessThanOrEqualTo(1); // one ahead of need
    }

    @Test
    void who_asks_again_finds_the_same_ones() {
        var source = agent.create();
        var specs = List.of(sibling(Resources.DEFAULT), sibling(Resources.DEFAULT));

        var first = agent.sandboxes().fork(source, specs);
        agent.run(source, "echo later > ~/later");

        assertThat(agent.sandboxes().fork(source, specs)).isEqualTo(first);
    }

    @Test
    @Tag("slow")
    void a_larger_disk_has_room_for_more_and_a_smaller_one_is_refused() throws IOException {
        agent.requireEnforced("disk");
        var source = agent.create(RealAgent.spec(new Resources(1.0, 512, 2, 0, null), RealAgent.OFFLINE));
        agent.run(source, "echo kept > ~/note");
        var larger = sibling(new Resources(1.0, 512, 4, 0, null));
        var smaller = sibling(new Resources(1.0, 512, 1, 0, null));

        agent.sandboxes().fork(source, List.of(larger));

        assertThat(agent.run(larger.id(), "cat ~/note").stdout()).isEqualTo("kept\n");
        assertThat(driver().disk(agent.slot(larger.id()), larger.resources()).total() >> 20)
                .isBetween(3_800L, 4_096L);
        assertThatThrownBy(() -> agent.sandboxes().fork(source, List.of(smaller)))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void what_is_in_a_checkpoint_can_be_read_and_put_there_and_leads_nowhere() throws IOException {
        var source = agent.create();
        agent.run(source, "echo inside > ~/note; ln -s /etc/hostname ~/link");
        var checkpoint = driver().checkpoint(agent.slot(source));

        try (var mounted = driver().open(checkpoint, Mounted.Access.READ)) {
            var user = mounted.root().resolve("upper/home/user");
            assertThat(user.resolve("note")).hasContent("inside\n");
            assertThat(Files.getAttribute(user.resolve("note"), "unix:uid")).isEqualTo(mounted.firstId() + 1000);
            assertThat(Files.isSymbolicLink(user.resolve("link"))).isTrue();
            assertThatThrownBy(() -> Files.readString(user.resolve("link"))).isInstanceOf(IOException.class);
        }
        driver().remove(checkpoint);

        var blank = driver().blank(10);
        try (var mounted = driver().open(blank, Mounted.Access.WRITE)) {
            var file = mounted.root().resolve("upper/restored");
            Files.writeString(file, "restored\n");
            Files.setAttribute(file, "unix:uid", mounted.firstId() + 1000, LinkOption.NOFOLLOW_LINKS);
        }
        var slot = agent.context().getBean(Places.class).fresh();
        driver().start(slot, RealAgent.spec(Resources.DEFAULT, RealAgent.OFFLINE), () -> blank);
        driver().remove(slot);
        driver().remove(blank);
    }

    /** Nobody writes while it is copied, and everybody goes on afterwards. */
    @Test
    void a_checkpoint_is_a_whole_file_system_whatever_is_written_meanwhile() throws IOException {
        agent.requireEnforced("disk");
        var source = agent.create();
        agent.run(source, """
                for w in 1 2 3 4; do
                    (mkdir ~/$w && cd ~/$w && for i in $(seq 1000000); do
                        mkdir d$i && head -c 70000 /dev/zero > d$i/f && mv d$i e && rm -r e; echo $i > ../rounds$w
                    done) > /dev/null 2>&1 &
                done
                (while :; do sync -f ~; done) > /dev/null 2>&1 &\
                """);
        for (int round = 0; round < 5; round++) {
            var before = rounds(source);
            var checkpoint = driver().checkpoint(agent.slot(source));

            assertThat(DiskImages.faults(driver(), agent.slot(source), checkpoint))
                    .isEmpty();
            driver().remove(checkpoint);
            Eventually.await("they write again", () -> !rounds(source).equals(before));
        }
    }

    private String rounds(String source) {
        return agent.run(source, "cat ~/rounds?").stdout();
    }

    /** It does not come to where it could be stopped for a while, so its file system is. */
    @Test
    void who_is_deep_in_debt_for_processor_time_is_forked_as_well() {
        agent.requireEnforced("cpu");
        var source = agent.create(RealAgent.spec(new Resources(0.1, 512, 2, 0, null), RealAgent.OFFLINE));
        agent.run(source, "echo kept > ~/note; for i in $(seq 20); do (while :; do :; done) > /dev/null 2>&1 & done");

        var fork = fork(source, 1).getFirst();

        assertThat(agent.run(fork, "cat ~/note").stdout()).isEqualTo("kept\n");
        assertThat(agent.run(source, "echo goes on").stdout()).isEqualTo("goes on\n");
    }

    @Test
    @Tag("slow")
    void a_disk_that_was_left_frozen_is_thawed_by_the_next_agent() throws IOException {
        agent.requireEnforced("disk");
        var source = agent.create();
        var slot = agent.slot(source);

        agent.restart(() -> {
            try {
                Files.writeString(slot.directory().resolve("frozen"), "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });

        assertThat(slot.directory().resolve("frozen")).doesNotExist();
        assertThat(agent.run(source, "echo well > ~/note && cat ~/note").stdout())
                .isEqualTo("well\n");
    }

    private List<String> fork(String source, int count) {
        var specs =
                Stream.generate(() -> sibling(Resources.DEFAULT)).limit(count).toList();
        assertThat(agent.sandboxes().fork(source, specs))
                .allSatisfy(status -> assertThat(status.state()).isEqualTo(SandboxState.RUNNING));
        return specs.stream().map(SandboxSpec::id).toList();
    }

    private static SandboxSpec sibling(Resources resources) {
        return RealAgent.spec(resources, RealAgent.OFFLINE);
    }

    private IsolationDriver driver() {
        return agent.context().getBean(IsolationDriver.class);
    }
}
