package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** The file system, processes and devices that a sandbox shows, and what root inside makes of them. */
final class Prison {
    private static final String REFUSED =
            "(?s).*(Operation not permitted|Permission denied|permission denied|Read-only file system|No such file or directory|"
                    + "must be superuser|Device or resource busy|Text file busy|not permitted).*";

    /** What a sandbox's {@code /dev} may hold; everything else would be somebody's device. */
    private static final List<String> DEVICES = List.of(
            "core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty",
            "urandom", "zero", "console");

    private Prison() {}

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(command("mount a tmpfs", "mount -t tmpfs x /mnt"));
        attempts.add(command("bind a directory over another", "mount --bind /etc /mnt"));
        attempts.add(command("make /proc/sys writable again", "mount -o remount,rw /proc/sys"));
        attempts.add(command("uncover what is masked in /proc", "umount /proc/kcore || umount /proc"));
        attempts.add(command(
                "a cgroup file system of its own",
                "mkdir -p /tmp/cg && mount -t cgroup -o memory x /tmp/cg || mount -t cgroup2 x /tmp/cg"));
        attempts.add(command("a block device made by hand", "mknod /tmp/disk b 8 0"));
        attempts.add(command("the memory as a device made by hand", "mknod /tmp/mem c 1 1"));
        attempts.add(command("namespaces by the tool", "unshare -Ur true"));
        attempts.add(command("out through chroot and a namespace", "chroot / unshare -m true"));
        attempts.add(command("rules of its own network", "/usr/sbin/nft flush ruleset"));
        attempts.add(command("an address of its own choice", "ip address add 10.11.12.13/24 dev lo"));
        attempts.add(command("load by sysrq (its help, should it work)", "echo h > /proc/sysrq-trigger"));
        attempts.add(
                command("its own wish not to be killed when memory is short", "echo -1000 > /proc/self/oom_score_adj"));
        attempts.add(nothing(
                "any setting of the kernel",
                "read-only",
                "find /proc/sys -type f 2>/dev/null | perl -ne 'chomp; open(my $r, \"<\", $_) or next; my $v = <$r> // next;"
                        + " print \"wrote $_\" if open(my $w, \"+<\", $_) && syswrite($w, $v)'"));
        attempts.add(
                nothing(
                        "release_agent, and limits of control groups",
                        "read-only",
                        "find /sys/fs/cgroup -type f 2>/dev/null | while read f; do ( : >> \"$f\" ) 2>/dev/null && echo \"opened $f\"; done;"
                                + " find /sys/fs/cgroup -type d 2>/dev/null | while read d; do mkdir \"$d/evil\" 2>/dev/null; test -e \"$d/evil/cgroup.procs\" && echo \"made $d/evil\"; done"));
        attempts.add(nothing(
                "the kernel's memory and the addresses of its code",
                "masked",
                "head -c 1 /proc/kcore 2>/dev/null | grep -c . | grep -v '^0$'; cat /dev/mem /dev/kmem /dev/port 2>/dev/null;"
                        + " grep -v '^0000000000000000' /proc/kallsyms 2>/dev/null"));
        attempts.add(nothing(
                "the kernel's log by its files",
                "not there",
                "cat /dev/kmsg /proc/kmsg /var/log/* 2>/dev/null; dmesg 2>/dev/null"));
        attempts.add(
                nothing(
                        "scheduling before all others",
                        "EPERM",
                        "perl -e 'print \"fifo\" if syscall(144, 0, 1, pack(\"i\", 50)) == 0; print \"nice\" if syscall(141, 0, 0, -20) == 0'"));
        attempts.add(nothing(
                "a higher limit of open files than its own",
                "EPERM",
                "ulimit -Hn $(( $(ulimit -Hn) + 1 )) 2>/dev/null && ulimit -Hn"));
        attempts.add(new Attempt(
                Who.INSIDE,
                "devices",
                "/dev holds what every program needs, and no device of the host",
                ground -> assertThat(ground.asRoot("ls /dev").stdout().lines())
                        .isNotEmpty()
                        .isSubsetOf(DEVICES)));
        attempts.add(new Attempt(
                Who.INSIDE,
                "/sys",
                "processors and its own control groups, nothing else",
                ground -> assertThat(ground.asRoot(
                                        "ls /sys /sys/devices /sys/devices/system /sys/fs 2>/dev/null | grep -v : | sort -u | xargs")
                                .stdout()
                                .strip()
                                .split(" "))
                        .isSubsetOf("cgroup", "cpu", "devices", "fs", "system")));
        attempts.add(new Attempt(
                Who.INSIDE,
                "processes of the host",
                "its own are all there are",
                ground -> assertThat(ground.asRoot("ls /proc | grep -c '^[0-9]'")
                                .stdout()
                                .strip())
                        .satisfies(count -> assertThat(Integer.parseInt(count)).isLessThan(20))));
        attempts.add(new Attempt(
                Who.INSIDE, "kill a process of the host by its number", "no such process", Prison::killsTheHosts));
        attempts.add(new Attempt(Who.INSIDE, "kill -9 -1", "pid 1 lives on, and so does the sandbox", ground -> {
            var sandbox = ground.sandbox();
            ground.runRequest(sandbox, Map.of("command", "kill -9 -1", "user", "root"));
            ground.assertUsable(sandbox);
        }));
        attempts.add(new Attempt(Who.INSIDE, "the host's files by the paths it knows", "not there", ground -> {
            for (var path : List.of(ground.stack().home().toString(), "/etc/shadow", "/run/elevo", "/var/lib/docker")) {
                assertThat(ground.asRoot("ls -d " + path).exitCode()).as(path).isNotZero();
            }
            assertThat(ground.asRoot("ls -A /root /srv").stdout()).isEqualTo("/root:\n\n/srv:\n");
            // Where the operator has installed any, language servers are there, and nothing else.
            assertThat(ground.asRoot("ls -A /opt").stdout().strip()).isIn("", "elevo");
            assertThat(ground.asRoot("ls -A /opt/elevo 2>/dev/null").stdout().strip())
                    .isIn("", "lsp");
        }));
        attempts.add(new Attempt(
                Who.INSIDE, "change the operator's language servers", "changed for itself alone", ground -> {
                    var place = "/opt/elevo/lsp/bin";
                    ground.asRoot("mkdir -p " + place + " && echo owned >" + place + "/clangd");

                    assertThat(ground.asRoot("cat " + place + "/clangd").stdout())
                            .isEqualTo("owned\n");
                    var other = Ground.result(ground.runRequest(
                            ground.sandbox(), Map.of("command", "cat " + place + "/clangd", "user", "root")));
                    assertThat(other.stdout()).doesNotContain("owned");
                }));
        attempts.add(new Attempt(
                Who.INSIDE,
                "names of the host's paths",
                "no mount, group or map tells one",
                Prison::looksForHostNames));
        attempts.add(new Attempt(
                Who.INSIDE,
                "the environment of the agent",
                "a command's holds the account's variables and nothing else",
                ground -> assertThat(ground.asRoot("env | cut -d= -f1 | sort")
                                .stdout()
                                .lines())
                        .isNotEmpty()
                        .isSubsetOf("HOME", "LOGNAME", "PATH", "PWD", "SHELL", "SHLVL", "USER", "_", "OLDPWD")));
        attempts.add(new Attempt(
                Who.INSIDE,
                "descriptors that were left open",
                "0, 1 and 2 are all there are",
                ground -> assertThat(
                                ground.asRoot("perl -e 'for (0 .. 4095) { print \"$_ \" if -e \"/proc/self/fd/$_\" }'")
                                        .stdout())
                        .isEqualTo("0 1 2 ")));
        attempts.add(new Attempt(
                Who.INSIDE, "a setuid program, run on the host", "its owner is nobody there", Prison::leavesSetuid));
        attempts.add(new Attempt(
                Who.INSIDE,
                "rights that its root does not show",
                "twelve capabilities, none of them over the host",
                ground ->
                        // chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service,
                        // sys_chroot, audit_write, setfcap
                        assertThat(ground.asRoot("grep -h '^Cap[PEB]' /proc/self/status | cut -f2 | sort -u")
                                        .stdout()
                                        .strip())
                                .isEqualTo("%016x".formatted(capabilities(0, 1, 3, 4, 5, 6, 7, 8, 10, 18, 29, 31)))));
        return attempts;
    }

    private static long capabilities(int... numbers) {
        var set = 0L;
        for (var number : numbers) {
            set |= 1L << number;
        }
        return set;
    }

    private static Attempt command(String name, String command) {
        return new Attempt(Who.INSIDE, name, "not permitted", ground -> {
            var result = ground.asRoot(command);

            assertThat(result.exitCode()).as(result.toString()).isNotZero();
            assertThat(result.stderr()).matches(REFUSED);
        });
    }

    /** The command says a word for everything that it could do. */
    private static Attempt nothing(String name, String documented, String command) {
        return new Attempt(
                Who.INSIDE,
                name,
                documented,
                ground -> assertThat(ground.wordsOf(command)).isEmpty());
    }

    private static void killsTheHosts(Ground ground) throws IOException, InterruptedException {
        var victim = new ProcessBuilder("sleep", "600").start();
        try {
            var result = ground.asRoot("kill -9 " + victim.pid());

            assertThat(result.exitCode()).isNotZero();
            assertThat(result.stderr()).contains("No such process");
            assertThat(victim.waitFor(200, TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            victim.destroyForcibly();
        }
    }

    private static void looksForHostNames(Ground ground) throws IOException {
        var told = ground.asRoot(
                        "cat /proc/self/mountinfo /proc/mounts /proc/self/cgroup /proc/1/cgroup /proc/self/maps /proc/cmdline 2>/dev/null;"
                                + " uname -n; hostname; cat /etc/hostname /etc/hosts 2>/dev/null")
                .stdout();

        assertThat(told)
                .isNotEmpty()
                .doesNotContain(
                        ground.stack().home().toString(),
                        "/slots/",
                        "/run/elevo",
                        InetAddress.getLocalHost().getHostName() + "\n");
    }

    private static void leavesSetuid(Ground ground) throws IOException {
        if (!"root".equals(System.getProperty("user.name"))
                || !Files.readString(Path.of("/proc/self/uid_map")).contains("4294967295")) {
            throw new TestAbortedException("only root sees who owns a sandbox's files on the host");
        }
        var sandbox = ground.sandbox();
        var marker = "424242.17";
        ground.runRequest(
                sandbox,
                Map.of(
                        "command",
                        "cp /bin/sh /var/tmp/sh && chmod 4755 /var/tmp/sh && exec sleep " + marker,
                        "user",
                        "root",
                        "waitMs",
                        500));
        var pid = Ground.hostPid("sleep " + marker).orElseThrow();

        var owner = Files.getAttribute(Path.of("/proc/" + pid + "/root/var/tmp/sh"), "unix:uid");

        assertThat((int) owner).isGreaterThan(600_100_000);
        assertThat(Files.getPosixFilePermissions(ground.stack().home().resolve("agent"))
                        .toString())
                .doesNotContain("GROUP", "OTHERS");
    }
}
