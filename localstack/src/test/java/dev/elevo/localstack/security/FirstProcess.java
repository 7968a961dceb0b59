package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pid 1, which starts every command for the agent: who owned it would speak to the agent, and be in every later command. */
final class FirstProcess {
    private static final int PROGRAM_NOT_STARTED = 4004;
    private static final int MOST_DESCRIPTORS = 24;

    private FirstProcess() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(
                quiet(
                        "its files in /proc",
                        "EACCES: it is not dumpable",
                        "for f in mem environ maps auxv stack syscall io; do head -c 1 /proc/1/$f 2>/dev/null | grep -qa . && echo read $f; done;"
                                + " for f in root cwd exe $(cd /proc/1 && ls -d fd/* 2>/dev/null) fd/0 fd/3; do readlink /proc/1/$f; ( : < /proc/1/$f ) && echo opened $f; ( cd /proc/1/$f ) && echo entered $f; done 2>/dev/null"));
        attempts.add(
                quiet(
                        "trace it, and read its memory",
                        "EPERM",
                        "perl -e 'print \"attached\" if syscall(101, 16, 1, 0, 0) == 0; print \"seized\" if syscall(101, 0x4206, 1, 0, 0) == 0;"
                                + " my $b = \"x\" x 8; my $l = pack(\"QQ\", unpack(\"Q\", pack(\"p\", $b)), 8); my $r = pack(\"QQ\", 0x400000, 8);"
                                + " print \"read\" if syscall(310, 1, $l, 1, $r, 1, 0) > 0; print \"written\" if syscall(311, 1, $l, 1, $r, 1, 0) > 0'"));
        attempts.add(
                quiet(
                        "overwrite its program",
                        "read-only, and not reachable by /proc",
                        "( echo x > /.elevo/init ) 2>/dev/null && echo wrote; ( echo x > /proc/1/exe ) 2>/dev/null && echo wrote by proc;"
                                + " mv /.elevo /elsewhere 2>/dev/null && echo moved; rm -rf /.elevo 2>/dev/null && echo removed;"
                                + " chmod 777 /.elevo/init 2>/dev/null && echo changed; ln /.elevo/init /tmp/again 2>/dev/null && echo linked"));
        attempts.add(new Attempt(
                Who.INSIDE,
                "start it again by /proc/self/exe, to write to what runs (CVE-2019-5736)",
                "the file is on a read-only mount, whoever runs it",
                ground -> {
                    ground.runRequest(
                            ground.shared(), Map.of("command", "/proc/self/exe", "useShell", false, "user", "root"));
                    var result = ground.asRoot(
                            "printf '#!/proc/self/exe\\n' > /tmp/s && chmod +x /tmp/s && /tmp/s 2>/dev/null;"
                                    + " ( : >> /.elevo/init ) 2>/dev/null && echo opened");

                    assertThat(result.stdout()).doesNotContain("opened");
                    ground.assertUsable(ground.shared());
                }));
        attempts.add(quiet(
                "speak to its socket",
                "no path leads to it",
                "perl -MSocket -e 'for my $p (\"/proc/1/fd/3\", \"/proc/self/fd/3\", \"/run/elevo\", map { (split)[7] || () } do { open F, \"/proc/net/unix\"; <F> })"
                        + " { socket(my $s, 1, 1, 0); $p =~ s/^@/\\0/; print \"connected $p\\n\" if connect($s, pack_sockaddr_un($p)) }';"
                        + " find / -xdev -type s 2>/dev/null"));
        attempts.add(
                quiet(
                        "take its descriptors",
                        "EPERM",
                        "perl -e 'my $p = syscall(434, 1, 0); print \"stolen $_ \" for grep { syscall(438, $p, $_, 0) >= 0 } 0 .. 40'"));
        attempts.add(
                quiet(
                        "stop it with signals",
                        "it ignores them all",
                        "for s in TERM INT HUP KILL STOP SEGV QUIT USR1; do kill -$s 1 2>/dev/null; done; test -d /proc/1 || echo gone"));
        attempts.add(new Attempt(
                Who.INSIDE,
                "begin in a directory it holds open (CVE-2024-21626)",
                "3001, 3008 or 4004: none of its descriptors is a directory",
                FirstProcess::beginsInDescriptors));
        attempts.add(new Attempt(Who.INSIDE, "begin beyond the root", "the root is the sandbox's own", ground -> {
            for (var cwd : List.of("/../../../..", "/proc/self/root/../..", "/proc/self/cwd/../../..")) {
                var answer = ground.runRequest(
                        ground.shared(),
                        Map.of("command", "ls -d .elevo; ls " + ground.stack().home(), "cwd", cwd, "user", "root"));

                assertThat(Ground.result(answer).stdout()).as(cwd).isEqualTo(".elevo\n");
            }
            assertThat(ground.runRequest(ground.shared(), Map.of("command", "pwd", "cwd", "/proc/1/root"))
                            .code())
                    .isEqualTo(PROGRAM_NOT_STARTED);
        }));
        attempts.add(new Attempt(
                Who.INSIDE,
                "a working directory that is a FIFO, a device, a loop of links",
                "3001, 3008 or 4004, at once",
                ground -> {
                    ground.asRoot("mkfifo /tmp/fifo; ln -s loop /tmp/loop; ln -s /etc/shadow /tmp/shadow");
                    for (var cwd : List.of("/tmp/fifo", "/dev/zero", "/tmp/loop", "/tmp/shadow")) {
                        assertThat(ground.runRequest(ground.shared(), Map.of("command", "pwd", "cwd", cwd))
                                        .code())
                                .as(cwd)
                                .isIn(3001, 3008, 4004);
                    }
                }));
        attempts.add(accounts("a FIFO in the place of the accounts", "mkfifo /etc/passwd"));
        attempts.add(accounts("a device in the place of the accounts", "ln -s /dev/zero /etc/passwd"));
        attempts.add(accounts("a terabyte of accounts", "truncate -s 1T /etc/passwd"));
        attempts.add(
                accounts(
                        "accounts beyond all numbers",
                        "printf 'user:x:4294967295:99999999999999999999:::/bin/bash\\nuser:x:-1:0:::\\n%s\\n' \"$(head -c 100000 /dev/zero | tr '\\0' :)\" > /etc/passwd"));
        attempts.add(new Attempt(
                Who.INSIDE, "an account with root's number", "it is root inside, and nobody outside", ground -> {
                    var sandbox = ground.sandbox();
                    ground.run(sandbox, "root", "echo 'toor:x:0:0::/root:/bin/sh' >> /etc/passwd");

                    assertThat(ground.run(sandbox, "toor", "id -u; mount -t tmpfs x /mnt 2>/dev/null && echo mounted")
                                    .stdout())
                            .isEqualTo("0\n");
                }));
        attempts.add(new Attempt(
                Who.INSIDE,
                "a work directory that leads out, when the sandbox is made",
                "made inside, or 2005",
                FirstProcess::worksElsewhere));
        return attempts;
    }

    private static Attempt quiet(String name, String documented, String command) {
        return new Attempt(Who.INSIDE, "pid 1: " + name, documented, ground -> {
            assertThat(ground.wordsOf(command)).isEmpty();
            ground.assertUsable(ground.shared());
        });
    }

    private static void beginsInDescriptors(Ground ground) {
        for (var descriptor = 3; descriptor < MOST_DESCRIPTORS; descriptor++) {
            var answer = ground.runRequest(
                    ground.shared(),
                    Map.of("command", "pwd; ls -a", "cwd", "/proc/self/fd/" + descriptor, "user", "root"));

            assertThat(answer.code()).as(descriptor + " " + answer.text()).isIn(3001, 3008, 4004);
        }
    }

    /** The first process reads them at every start of a command, and must not wait for them. */
    private static Attempt accounts(String name, String command) {
        return new Attempt(Who.INSIDE, "pid 1: " + name, "4004 at once; it waits for no file", ground -> {
            var sandbox = ground.sandbox();
            ground.run(sandbox, "root", "rm /etc/passwd && " + command);
            var begin = System.nanoTime();

            var answer = ground.runRequest(sandbox, Map.of("command", "true", "waitMs", 5000));

            assertThat(answer.code()).as(answer.text()).isEqualTo(PROGRAM_NOT_STARTED);
            assertThat(System.nanoTime() - begin).isLessThan(4_000_000_000L);
        });
    }

    private static void worksElsewhere(Ground ground) {
        for (var directory : List.of(
                "/../../tmp/outside", "/proc/1/root/tmp/outside", "/proc/self/fd/3", "/dev/shm/../../outside")) {
            var answer = ground.stack().post(Ground.SANDBOXES, Ground.json(Map.of("workDir", directory)));
            assertThat(answer.code()).as(directory + " " + answer.text()).isIn(201, 2005, 9004);
            if (answer.status() == 201) {
                assertThat(ground.run(answer.field("id"), "user", "ls -d /.elevo")
                                .stdout())
                        .isEqualTo("/.elevo\n");
            }
        }
        assertThat(Path.of("/tmp/outside")).doesNotExist();
        assertThat(Path.of("/outside")).doesNotExist();
    }
}
