package dev.elevo.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Debian's OpenSSH: a private sshd on loopback and a client with an open ControlMaster connection, over which each command is
 * a new session. The login shell is dash; bash would read its start-up files for every command, which is twenty times slower.
 */
final class SshPeer {
    private final List<String> client;
    private final Path control;

    SshPeer(Scratch scratch) throws IOException, InterruptedException {
        var folder = scratch.folder();
        var port = Ports.free();
        for (var key : List.of("host", "user")) {
            scratch.run(
                    Duration.ofSeconds(10),
                    List.of(
                            "ssh-keygen",
                            "-q",
                            "-t",
                            "ed25519",
                            "-N",
                            "",
                            "-f",
                            folder.resolve(key).toString()));
        }
        var configuration = Files.writeString(folder.resolve("sshd_config"), """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %2$s/host
                AuthorizedKeysFile %2$s/user.pub
                PidFile none
                UsePAM no
                StrictModes no
                PermitRootLogin prohibit-password
                MaxSessions 100
                Subsystem sftp internal-sftp
                """.formatted(port, folder));
        var passwd = Files.writeString(folder.resolve("passwd"), passwdWithDash());
        Files.createDirectories(Path.of("/run/sshd"));
        scratch.start("sshd", Map.of(), List.of("unshare", "-m", "sh", "-c", """
                mount --bind '%s' /etc/passwd
                exec /usr/sbin/sshd -D -e -f '%s'
                """.formatted(passwd, configuration)));

        control = folder.resolve("control");
        client = List.of("ssh", "-F", "none", "-S", control.toString(), "-o", "BatchMode=yes", "root@127.0.0.1");
        scratch.start("ssh", Map.of(), List.of("sh", "-c", """
                until ssh -F none -M -N -S '%1$s' -p %2$d -i '%3$s' -o BatchMode=yes -o StrictHostKeyChecking=no \
                        -o UserKnownHostsFile=/dev/null root@127.0.0.1; do sleep 0.1; done
                """.formatted(control, port, folder.resolve("user"))));
        scratch.await("ssh", Duration.ofSeconds(20), () -> Files.exists(control));
    }

    /** Runs {@code /bin/true} in a session of its own. */
    long runTrue() throws IOException, InterruptedException {
        var start = System.nanoTime();
        var command = new ArrayList<>(client);
        command.add("/bin/true");
        var process = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        var exit = process.waitFor();
        var nanos = System.nanoTime() - start;
        if (exit != 0 || !output.isEmpty()) {
            throw new WrongReply("ssh ended with " + exit + ": " + output);
        }
        return nanos;
    }

    /** A command in a session of its own, whose output is to be read. */
    Process start(String command) throws IOException {
        var line = new ArrayList<>(client);
        line.add(command);
        return new ProcessBuilder(line)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** One that stays, over the same connection. */
    Keys terminal() throws IOException {
        var command = new ArrayList<>(client);
        command.add(1, "-tt");
        command.add(Keys.PROGRAM);
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var keys = process.getOutputStream();
        var screen = process.getInputStream();
        var seen = new byte[1024];
        return new Keys() {
            @Override
            public void press(char key) throws IOException {
                keys.write(key);
                keys.flush();
            }

            @Override
            public String see() throws IOException {
                var length = screen.read(seen);
                if (length < 0) {
                    throw new WrongReply("ssh -tt ended");
                }
                return new String(seen, 0, length, UTF_8);
            }

            @Override
            public void close() {
                process.destroy();
            }
        };
    }

    /** The command that puts a file by sftp, over the same connection. */
    List<String> put(Path from, Path to) {
        return List.of(
                "sh",
                "-c",
                "echo \"put '%s' '%s'\" | sftp -F none -o ControlPath='%s' -o BatchMode=yes -q -b - root@127.0.0.1"
                        .formatted(from, to, control));
    }

    private static String passwdWithDash() throws IOException {
        try (var lines = Files.lines(Path.of("/etc/passwd"))) {
            return lines.map(line ->
                            line.startsWith("root:") ? line.substring(0, line.lastIndexOf(':')) + ":/bin/dash" : line)
                    .collect(Collectors.joining("\n", "", "\n"));
        }
    }
}
