package dev.elevo.localstack;

import static dev.elevo.contract.testing.Hosts.assume;
import static dev.elevo.localstack.GitBox.HOME;
import static dev.elevo.localstack.GitBox.fails;
import static dev.elevo.localstack.GitBox.ok;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.localstack.RunningStack.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repositories inside a sandbox whose remote is reached over SSH, on its own loopback. */
class GitSshIT {
    /** Of two words, but none that a system has in a file of its own. */
    private static final String PHRASE = "pass k9-Zq-phrase";

    @RegisterExtension
    static final SharedStack SHARED = new SharedStack();

    private static GitBox box;
    private static String user;

    /** What a server answers by: its owner's, one that it does not know, and those of which it does what their names say. */
    private static String key;

    private static String stranger;
    private static String waits;
    private static String hangs;
    private static String lies;

    @BeforeAll
    static void start() throws IOException {
        box = GitBox.start(SHARED.get(), "none", Map.of());
        var isThere = box.sh("command -v /usr/sbin/sshd && command -v ssh-agent || true");
        assume(isThere.lines().count() == 2, "the sandbox has no sshd and ssh-agent; apt-get install openssh-server");
        user = box.sh("id -un");
        box.serve("ssh.git");
        box.sh("mkdir -m 700 sshd && cd sshd && ssh-keygen -q -t ed25519 -N '' -f host"
                + " && for k in key waits; do ssh-keygen -q -t ed25519 -N '" + PHRASE + "' -f $k; done"
                + " && for k in stranger hangs lies; do ssh-keygen -q -t ed25519 -N '' -f $k; done");
        box.write("sshd/wait", """
            touch /home/user/sshd/waiting
            while [ -e /home/user/sshd/waiting ]; do sleep 0.1; done
            exec git-shell -c "$SSH_ORIGINAL_COMMAND"
            """);
        box.sh("cd sshd && { cat key.pub; printf 'command=\"exec sh /home/user/sshd/wait\" '; cat waits.pub;"
                + " printf 'command=\"exec sleep 1000\" '; cat hangs.pub;"
                + " printf 'command=\"echo garbage\" '; cat lies.pub; } > allowed");
        box.write("sshd/config", """
            Port 2222
            Port 2225
            ListenAddress 127.0.0.1
            HostKey /home/user/sshd/host
            UsePAM no
            StrictModes no
            PidFile none
            AuthorizedKeysFile /home/user/sshd/allowed
            """);
        box.spawn("exec /usr/sbin/sshd -D -e -f sshd/config");
        box.await("ssh-keyscan -p 2222 127.0.0.1 2>/dev/null | grep -q ed25519");
        // Of those who connect it lets go at once, or hears them and says nothing.
        box.write("connections.py", """
            import socket, sys
            server, heard = socket.create_server(("127.0.0.1", int(sys.argv[1]))), []
            while True:
                heard.append(server.accept()[0])
                if sys.argv[2:]:
                    heard.pop().close()
            """);
        box.spawn("exec python3 connections.py 2223 close");
        box.spawn("exec python3 connections.py 2224");
        for (var port : List.of("2223", "2224")) {
            box.await(
                    "python3 -c 'import socket; socket.create_connection((\"127.0.0.1\", " + port + "))' 2>/dev/null");
        }
        key = taken("key");
        stranger = taken("stranger");
        waits = taken("waits");
        hangs = taken("hangs");
        lies = taken("lies");
    }

    /** It is in no file from then on. */
    private static String taken(String name) {
        return box.sh("cat sshd/" + name + " && rm sshd/" + name);
    }

    private static String url(String repository) {
        return "ssh://" + user + "@127.0.0.1:2222/home/user/served/" + repository;
    }

    @Test
    void a_remote_over_ssh_takes_a_key_that_is_written_nowhere() {
        var url = url("ssh.git");
        var path = HOME + "by-ssh";

        fails(box.git("clone", path, "url", url), 5007, "refused");
        fails(box.git("clone", path, "url", url, "sshKey", stranger + "\n"), 5007, "refused");
        fails(box.git("clone", path, "url", url, "sshKey", key + "\n"), 5007, "bad_key");
        fails(box.git("clone", path, "url", url, "sshKey", key + "\n", "sshKeyPassword", "wrong"), 5007, "bad_key");
        assertThat(ok(box.git("clone", path, "url", url, "sshKey", key + "\n", "sshKeyPassword", PHRASE))
                        .json())
                .containsEntry("branch", "main");
        box.sh(
                "printf '#!/bin/sh\\nssh-add -l >> /home/user/keys 2>&1\\nexit 0\\n' > by-ssh/.git/hooks/pre-push && chmod +x by-ssh/.git/hooks/pre-push"
                        + " && cd by-ssh && echo 2 > a.txt && git commit -qam two && mkdir -m 700 /tmp/elevo-ssh-dead"
                        + " && python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"/tmp/elevo-ssh-dead/agent\")'");
        assertThat(ok(box.git("push", path, "sshKey", key + "\n", "sshKeyPassword", PHRASE))
                        .json())
                .containsEntry("upToDate", false);
        fails(box.git("push", path, "sshKey", key + "\n", "sshKeyPassword", "wrong"), 5007, "bad_key");
        assertThat(box.sh("ls -d /tmp/elevo-* 2>/dev/null || true")).isEmpty();
        assertThat(box.sh("cat keys"))
                .as("the hook of a push has no key")
                .contains("Could not open a connection")
                .doesNotContain("ED25519");
        box.sh("printf '#!/bin/sh\\nssh-add -l >> /home/user/keys 2>&1\\nexit 0\\n' > by-ssh/.git/hooks/post-merge"
                + " && cp by-ssh/.git/hooks/post-merge by-ssh/.git/hooks/reference-transaction && chmod +x by-ssh/.git/hooks/*"
                + " && cd seed-ssh.git && git pull -q ../served/ssh.git main && echo 3 > b.txt && git add . && git commit -qm three"
                + " && git push -q ../served/ssh.git main");
        assertThat(ok(box.git("pull", path, "sshKey", key + "\n", "sshKeyPassword", PHRASE))
                        .json())
                .containsEntry("updated", true);
        assertThat(box.sh("cat keys"))
                .as("no hook has a key")
                .contains("Could not open a connection")
                .doesNotContain("ED25519");
        fails(
                box.git("clone", HOME + "by-ssh2", "url", url("none.git"), "sshKey", key, "sshKeyPassword", PHRASE),
                5002,
                "not_found");
        assertThat(box.sh("pgrep -x ssh-agent || true")).isEmpty();
        var line = key.lines().skip(1).findFirst().orElseThrow();
        assertThat(box.sh("grep -rlF -e '" + line + "' . /tmp 2>/dev/null || true"))
                .isEmpty();
    }

    @Test
    void while_a_call_runs_its_key_is_in_no_argument_environment_and_file() {
        box.serve("watched.git");
        var begun = box.git(
                "clone",
                HOME + "watched",
                "url",
                url("watched.git"),
                "waitMs",
                0,
                "sshKey",
                waits,
                "sshKeyPassword",
                PHRASE);
        box.await("[ -e sshd/waiting ]");

        var seen = box.seen();
        assertThat(seen).as("the call was seen").contains("CREDENTIALS=ssh", "IdentityFile=none");
        for (var secret : List.of(secretLine(waits), PHRASE)) {
            assertThat(seen.stream().filter(line -> line.contains(secret))).isEmpty();
            assertThat(box.filesWith(secret)).isEmpty();
        }

        box.sh("rm sshd/waiting");
        ok(box.result(begun));
        assertThat(box.sh("cat watched/.git/config")).doesNotContain(PHRASE, "PRIVATE");
    }

    /** The first does not tell of the key. */
    private static String secretLine(String key) {
        return key.lines().skip(2).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "refused,  ssh://me@127.0.0.1:1/x",
        "unknown,  ssh://me@nowhere.invalid/x",
        "scp,      me@nowhere.invalid:x",
        "hangs-up, ssh://me@127.0.0.1:2223/x",
    })
    void a_server_that_is_not_there_or_hangs_up_is_a_matter_of_the_network(String name, String url) {
        everyTransferFails("network-" + name, url, "network");
    }

    private static void everyTransferFails(String name, String url, String reason, Object... more) {
        var path = box.repository(name);
        // It ends with the first of two settings, of which ours is the second.
        box.sh("cd " + name + " && git remote add origin " + url
                + " && git config core.sshCommand 'ssh -o ConnectTimeout=2'");
        for (var call : List.of("push", "pull", "fetch")) {
            tells(box.git(call, path, more), call.equals("push") ? 5004 : 5005, reason);
        }
        var cloned = new ArrayList<Object>(List.of("url", url));
        if (reason.equals("timeout")) {
            cloned.addAll(List.of("timeoutMs", 4000));
        }
        cloned.addAll(List.of(more));
        tells(box.git("clone", HOME + name + "-clone", cloned.toArray()), 5002, reason);
        assertThat(box.sh("ls -d " + name + "-clone 2>/dev/null || true")).isEmpty();
    }

    private static void tells(Answer answer, int code, String reason) {
        fails(answer, code, "\"reason\":\"" + reason + "\"");
        assertThat(answer.status()).isEqualTo(502);
    }

    @Test
    void a_server_that_says_nothing_is_not_waited_for() {
        everyTransferFails("silent", "ssh://me@127.0.0.1:2224/x", "timeout");
    }

    @Test
    void a_server_that_hangs_behind_the_login_has_the_time_of_the_call() {
        tells(
                box.git("clone", HOME + "hangs", "url", url("ssh.git"), "timeoutMs", 3000, "sshKey", hangs),
                5002,
                "timeout");
        assertThat(box.sh("pgrep -x ssh-agent || true; ls -d hangs /tmp/elevo-* 2>/dev/null || true"))
                .isEmpty();
    }

    @Test
    void a_server_that_lies_is_of_no_use() {
        everyTransferFails("lies", url("ssh.git"), "other", "sshKey", lies);
    }

    @Test
    void a_server_that_is_another_than_before_is_of_no_use() {
        box.sh(
                "mkdir -p -m 700 .ssh && printf '[127.0.0.1]:2225 %s\\n' \"$(cat sshd/stranger.pub)\" >> .ssh/known_hosts");
        everyTransferFails(
                "another", url("ssh.git").replace("2222", "2225"), "other", "sshKey", key, "sshKeyPassword", PHRASE);
    }

    @Test
    void what_the_remote_has_not_seen_or_does_not_want_is_rejected() {
        box.serve("wanted.git");
        var path = HOME + "wanted";
        ok(box.git("clone", path, "url", url("wanted.git"), "sshKey", key, "sshKeyPassword", PHRASE));
        box.sh("cd wanted && echo 2 > a.txt && git commit -qam two && cd ../seed-wanted.git && echo 3 > b && git add b"
                + " && git commit -qm three && git push -q ../served/wanted.git main");

        rejected(path);
        fails(
                box.git("pull", path, "ffOnly", true, "sshKey", key, "sshKeyPassword", PHRASE),
                5005,
                "\"reason\":\"not_fast_forward\"");
        ok(box.git("pull", path, "sshKey", key, "sshKeyPassword", PHRASE));
        box.sh(
                "printf '#!/bin/sh\nexit 1\n' > served/wanted.git/hooks/pre-receive; chmod +x served/wanted.git/hooks/pre-receive");
        rejected(path);
    }

    private static void rejected(String path) {
        var answer = box.git("push", path, "sshKey", key, "sshKeyPassword", PHRASE);
        fails(answer, 5004, "\"reason\":\"rejected\"");
        assertThat(answer.status()).isEqualTo(409);
    }
}
