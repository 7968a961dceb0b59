package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The lower layer of every sandbox: a skeleton of made files over which the host's own {@code /usr} is laid. Nothing is taken
 * from the host's {@code /etc} but what is listed here: a copy of the whole would carry its shadow file and private keys along.
 */
final class Templates {
    static final String BASE = "base";

    static final int USER = 1000;

    private static final List<String> DIRECTORIES = List.of(
            ".elevo",
            "dev",
            "etc",
            "etc/maven",
            "etc/ssl",
            "home",
            "media",
            "mnt",
            "opt",
            "proc",
            "run",
            "srv",
            "sys",
            "usr",
            "var",
            "var/cache",
            "var/lib",
            "var/log",
            "var/spool");
    /** What programs of the host's {@code /usr} expect beside it, by globs, and nothing secret. */
    private static final List<String> COPIED = List.of(
            "ssl/certs",
            "ssl/openssl.cnf",
            "ca-certificates",
            "ca-certificates.conf",
            "alternatives",
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "localtime",
            "timezone",
            "locale.alias",
            "mime.types",
            "mailcap",
            "magic",
            "magic.mime",
            "services",
            "protocols",
            "rpc",
            "shells",
            "debian_version",
            "bash.bashrc",
            "profile",
            "profile.d",
            "inputrc",
            "pam.d",
            "login.defs",
            "python3*",
            // Without it Debian's matplotlib takes itself for broken.
            "matplotlibrc",
            "perl",
            "java-*",
            // Not settings.xml, which may hold passwords.
            "maven/m2.conf",
            "maven/logging",
            "vim",
            "groff",
            "fonts",
            "terminfo",
            "apt",
            "dpkg");

    private Templates() {}

    /**
     * Made anew at each start of the agent, beside the old one, which sandboxes may still stand on.
     *
     * @param root who owns what a sandbox's root owns
     */
    static Path build(Path directory, Path helper, int root) throws IOException {
        Files.createDirectories(directory);
        var skeleton = Files.createTempDirectory(directory, BASE + "-");
        mode(skeleton, "rwxr-xr-x");
        for (var name : DIRECTORIES) {
            mode(Files.createDirectory(skeleton.resolve(name)), "rwxr-xr-x");
        }
        for (var shared : List.of("tmp", "var/tmp")) {
            Files.setAttribute(Files.createDirectory(skeleton.resolve(shared)), "unix:mode", 01777);
        }
        mode(Files.createDirectory(skeleton.resolve("root")), "rwx------");
        var home = Files.createDirectory(skeleton.resolve("home/user"));
        mode(home, "rwxr-xr-x");
        own(home, USER);
        Files.createSymbolicLink(skeleton.resolve("var/run"), Path.of("../run"));
        for (var name : List.of("bin", "sbin", "lib", "lib32", "lib64", "libx32")) {
            if (Files.exists(Path.of("/usr", name))) {
                Files.createSymbolicLink(skeleton.resolve(name), Path.of("usr", name));
            }
        }
        var init = skeleton.resolve(".elevo/init");
        Files.copy(helper, init);
        mode(init, "rwxr-xr-x");
        configuration(skeleton.resolve("etc"));
        if (root != 0) {
            handOver(skeleton, root);
        }
        return skeleton;
    }

    /** Where ids cannot be shifted when the template is mounted, its files belong to a sandbox's users from the start. */
    private static void handOver(Path skeleton, int root) throws IOException {
        try (var files = Files.walk(skeleton)) {
            for (var file : files.toList()) {
                own(file, file.endsWith("home/user") ? root + USER : root);
            }
        }
    }

    private static void configuration(Path etc) throws IOException {
        for (var name : COPIED) {
            copy(Path.of("/etc"), name, etc);
        }
        text(etc, "passwd", """
                root:x:0:0:root:/root:/bin/bash
                daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
                _apt:x:100:65534::/nonexistent:/usr/sbin/nologin
                user:x:1000:1000::/home/user:/bin/bash
                nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
                """);
        text(etc, "group", """
                root:x:0:
                daemon:x:1:
                adm:x:4:
                tty:x:5:
                mail:x:8:
                utmp:x:43:
                shadow:x:42:
                staff:x:50:
                user:x:1000:
                nogroup:x:65534:
                """);
        text(etc, "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        text(etc, "hostname", "sandbox\n");
        Files.createSymbolicLink(etc.resolve("mtab"), Path.of("/proc/self/mounts"));
        Files.createSymbolicLink(etc.resolve("os-release"), Path.of("../usr/lib/os-release"));
    }

    private static void copy(Path from, String glob, Path to) throws IOException {
        var place = Path.of(glob);
        var within = from.resolve(place).resolveSibling("");
        if (!Files.isDirectory(within)) {
            return;
        }
        try (var found = Files.newDirectoryStream(within, place.getFileName().toString())) {
            for (var file : found) {
                Files.walkFileTree(file, new CopyOfReadable(file, to.resolve(from.relativize(file))));
            }
        }
    }

    static void text(Path directory, String name, String words) throws IOException {
        mode(Files.writeString(directory.resolve(name), words), "rw-r--r--");
    }

    static void own(Path path, int id) throws IOException {
        Files.setAttribute(path, "unix:uid", id, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", id, LinkOption.NOFOLLOW_LINKS);
    }

    static void mode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
