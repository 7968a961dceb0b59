package dev.elevo.localstack.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** Calls to the kernel that lead out, made as root: perl is on every host, and speaks to the kernel directly. */
final class SystemCalls {
    private SystemCalls() {}

    /** @param arguments as perl writes them; 0 for those that are left out */
    private record Call(String name, int number, String arguments) {
        static Call of(String name, int number) {
            return new Call(name, number, "0, 0, 0, 0, 0");
        }

        String perl() {
            return "my $r = syscall(" + number + ", " + arguments + ");" + " print \"" + name
                    + " \", $r == -1 ? join(\"\", grep { $_ ne \"EWOULDBLOCK\" && $!{$_} } keys %!) : \"done\", \"\\n\";";
        }
    }

    static List<Attempt> attempts() {
        var attempts = new ArrayList<Attempt>();
        attempts.add(refused("mount and umount", "EPERM", Call.of("mount", 165), Call.of("umount2", 166)));
        attempts.add(refused(
                "the new mount calls",
                "EPERM",
                Call.of("open_tree", 428),
                Call.of("move_mount", 429),
                Call.of("fsopen", 430),
                Call.of("fsconfig", 431),
                Call.of("fsmount", 432),
                Call.of("fspick", 433),
                Call.of("mount_setattr", 442)));
        attempts.add(refused("pivot_root", "EPERM", Call.of("pivot_root", 155)));
        attempts.add(refused("setns", "EPERM", Call.of("setns", 308)));
        attempts.add(refused(
                "a nested user namespace by unshare and by clone",
                "EPERM",
                new Call("unshare", 272, "0x10000000"),
                new Call("clone", 56, "0x10000011, 0, 0, 0, 0")));
        attempts.add(refused(
                "other namespaces by unshare",
                "EPERM",
                new Call("mount", 272, "0x20000"),
                new Call("network", 272, "0x40000000"),
                new Call("pid", 272, "0x20000000"),
                new Call("cgroup", 272, "0x2000000")));
        attempts.add(refused("clone3, which no filter can look into", "ENOSYS", Call.of("clone3", 435)));
        attempts.add(refused(
                "the kernel's keyrings",
                "EPERM",
                Call.of("add_key", 248),
                Call.of("request_key", 249),
                Call.of("keyctl", 250)));
        attempts.add(refused("bpf", "EPERM", Call.of("bpf", 321)));
        attempts.add(refused("perf_event_open", "EPERM", Call.of("perf_event_open", 298)));
        attempts.add(refused("userfaultfd", "EPERM", Call.of("userfaultfd", 323)));
        attempts.add(refused(
                "io_uring",
                "EPERM",
                Call.of("io_uring_setup", 425),
                Call.of("io_uring_enter", 426),
                Call.of("io_uring_register", 427)));
        attempts.add(refused(
                "files by handle, past every directory",
                "EPERM",
                Call.of("name_to_handle_at", 303),
                Call.of("open_by_handle_at", 304)));
        attempts.add(refused(
                "kernel modules",
                "EPERM",
                Call.of("init_module", 175),
                Call.of("delete_module", 176),
                Call.of("finit_module", 313)));
        attempts.add(refused(
                "another kernel by kexec", "EPERM", Call.of("kexec_load", 246), Call.of("kexec_file_load", 320)));
        // Its harmless command: what Ctrl-Alt-Del does.
        attempts.add(refused("reboot", "EPERM", new Call("reboot", 169, "0xfee1dead, 672274793, 0, 0")));
        attempts.add(refused(
                "the host's clock",
                "EPERM",
                Call.of("settimeofday", 164),
                Call.of("clock_settime", 227),
                // To what it is already: ADJ_TICK, 10000 µs.
                new Call("adjtimex", 159, "my $t = pack(\"Lx4q11x300\", 0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10000)")));
        attempts.add(refused(
                "swap, accounting and quotas",
                "EPERM",
                Call.of("swapon", 167),
                Call.of("swapoff", 168),
                Call.of("acct", 163),
                Call.of("quotactl", 179)));
        attempts.add(refused("the kernel's log", "EPERM", new Call("syslog", 103, "10, 0, 0")));
        attempts.add(refused("ports of the hardware", "EPERM", Call.of("iopl", 172), Call.of("ioperm", 173)));
        attempts.add(refused("fanotify", "EPERM", Call.of("fanotify_init", 300)));
        attempts.add(refused(
                "descriptors and memory of others",
                "EPERM",
                Call.of("pidfd_getfd", 438),
                Call.of("kcmp", 312),
                Call.of("process_madvise", 440),
                Call.of("move_pages", 279)));
        attempts.add(refused("the host's name", "EPERM", new Call("sethostname", 170, "my $n = \"owned\", 5")));
        attempts.add(socket("packets on the wire (AF_PACKET)", "EAFNOSUPPORT", 17, 3, 0));
        attempts.add(socket("the kernel's ciphers (AF_ALG)", "EAFNOSUPPORT", 38, 5, 0));
        attempts.add(socket("the hypervisor (AF_VSOCK), which no network namespace holds", "EAFNOSUPPORT", 40, 1, 0));
        attempts.add(socket("raw IP", "EPERM", 2, 3, 255));
        attempts.add(socket("netlink: other sockets (sock_diag)", "EPERM", 16, 3, 4));
        attempts.add(socket("netlink: generic", "EPERM", 16, 3, 16));
        attempts.add(socket("netlink: audit", "EPERM", 16, 3, 9));
        attempts.add(socket("netlink: the packet filter", "EPERM", 16, 3, 12));
        attempts.add(socket("bluetooth, and every family that nobody needs", "EPERM", 31, 3, 0));
        return attempts;
    }

    private static Attempt socket(String name, String errno, int family, int type, int protocol) {
        return refused(name, errno, new Call("socket", 41, family + ", " + type + ", " + protocol));
    }

    private static Attempt refused(String name, String errno, Call... calls) {
        return new Attempt(Who.INSIDE, name, errno, ground -> {
            if (!System.getProperty("os.arch").equals("amd64")) {
                throw new TestAbortedException("the numbers of the calls are those of x86-64");
            }
            var perl = String.join(" ", Stream.of(calls).map(Call::perl).toList());

            var result = ground.asRoot("perl -MErrno -e '" + perl.replace("'", "'\\''") + "'");

            assertThat(result.stdout().lines())
                    .as(result.toString())
                    .containsExactlyElementsOf(Stream.of(calls)
                            .map(call -> call.name() + " " + errno)
                            .toList());
        });
    }
}
