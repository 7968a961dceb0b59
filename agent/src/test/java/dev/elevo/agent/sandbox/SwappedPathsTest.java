package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elevo.agent.files.Files;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.agent.DeleteFile;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.process.RunRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Paths that lead out of where they seem to lead, at rest and while they are exchanged. */
final class SwappedPathsTest {
    private static final int EXCHANGES = 100_000;
    private static final int CALLS = 3000;
    private static final int KINDS = 10;
    private static final String SECRET = "only the host knows this";

    @TempDir
    private static Path home;

    private static RealAgent agent;
    private static String sandbox;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        agent.requireWalls();
        sandbox = agent.create();
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    @Test
    void no_path_leads_to_a_file_of_the_host() throws Exception {
        var secret = home.resolve("secret");
        java.nio.file.Files.writeString(secret, SECRET);
        var up = "../".repeat(40);
        agent.run(
                sandbox,
                "ln -s " + secret + " absolute; ln -s " + up + secret.toString().substring(1)
                        + " relative; ln -s / root;"
                        + " ln -s /proc/1/root proc; ln -s /proc/self/cwd cwd; mkdir -p d; ln -s " + up + " d/up");

        for (var path : List.of(
                secret.toString(),
                "/home/user/absolute",
                "/home/user/relative",
                "/home/user/root" + secret,
                "/home/user/proc" + secret,
                "/home/user/cwd" + secret,
                "/home/user/d/up" + secret,
                "/proc/1/root" + secret,
                "/proc/1/cwd" + secret)) {
            for (var user : List.of("user", "root")) {
                assertThat(attempt(() -> text(path, user))).as(path).doesNotContain(SECRET);
                attempt(() -> write(path, user));
                attempt(() -> {
                    files().delete(sandbox, new DeleteFile(path, true, true, user), null);
                    return "";
                });
            }
        }

        assertThat(java.nio.file.Files.readString(secret)).isEqualTo(SECRET);
    }

    /** Root works in a directory of a user who exchanges what is in it all the time. */
    @Test
    void nothing_outside_of_the_tree_is_touched_while_names_are_exchanged() {
        agent.run(
                sandbox,
                "root",
                "mkdir -p /precious/sub && echo " + SECRET + " > /precious/sub/file && chmod 644 /precious/sub/file");
        // What it works in is deleted, too, and then it makes it anew.
        var swapper =
                "exec perl -e 'my ($n, $told) = (0, 0); while (1) { mkdir q(/home/user/w); chdir q(/home/user/w); "
                        + "mkdir q(a); mkdir q(a/sub); open my $f, q(>), q(a/sub/file); close $f; "
                        + "rename q(a), q(t); symlink(q(/precious), q(a)) and $n++; unlink q(a); rename q(t), q(a); "
                        + "rename q(a/sub), q(a/s); symlink(q(/precious/sub), q(a/sub)) and $n++; unlink q(a/sub); rename q(a/s), q(a/sub); "
                        + "if ($n > $told + 1000) { open my $c, q(>), q(/home/user/exchanges); print $c $n; $told = $n } }'";
        agent.processes()
                .run(
                        sandbox,
                        new RunRequest(
                                swapper, null, null, null, null, null, "user", null, 3_600_000, 0, null, null, null),
                        null);
        var seed = System.nanoTime();
        var random = new Random(seed);

        do {
            for (int call = 0; call < CALLS; call++) {
                var kind = random.nextInt(KINDS);
                attempt(() -> swapped(kind));
            }
        } while (exchanges() < EXCHANGES);

        assertThat(agent.run(
                                sandbox,
                                "root",
                                "find /precious | sort; stat -c '%a %U' /precious/sub /precious/sub/file; cat /precious/sub/file")
                        .stdout())
                .as("seed " + seed)
                .isEqualTo("/precious\n/precious/sub\n/precious/sub/file\n755 root\n644 root\n" + SECRET + "\n");
    }

    private static int exchanges() {
        var told = agent.run(sandbox, "cat exchanges").stdout();
        return told.isEmpty() ? 0 : Integer.parseInt(told);
    }

    /** Each of these must not follow what it finds, however it changes. */
    private static String swapped(int kind) {
        var tree = "/home/user/w/a";
        switch (kind) {
            case 0 -> files().delete(sandbox, new DeleteFile(tree, true, false, "root"), null);
            case 1 -> files().delete(sandbox, new DeleteFile("/home/user/w", true, false, "root"), null);
            case 2 -> files().changeMode(sandbox, new ChangeMode("/home/user/w", new FileMode(0777), true, "root"));
            case 3 ->
                files().copy(sandbox, new CopyRequest("/home/user/w", "/home/user/c", true, null, null, "root"), null);
            case 4 -> files().delete(sandbox, new DeleteFile("/home/user/c", true, true, "root"), null);
            case 5 -> files().move(sandbox, new MoveRequest(tree, "/home/user/m", true, "user"), null);
            case 6 ->
                files().list(sandbox, new ListFiles("/home/user", -1, null, true, "name", false, 0, 1000, "root"));
            case 7 -> files().changeOwner(sandbox, new ChangeOwner("/home/user/w", "user", null, true, "root"));
            case 8 -> write(tree + "/sub/file", "user");
            default -> files().makeDirectory(sandbox, new MakeDirectory("/home/user/w", true, null, "user"), null);
        }
        return "";
    }

    private interface Call {
        String run();
    }

    /** Whatever it says; what it must not say is that something broke. */
    private static String attempt(Call call) {
        try {
            return call.run();
        } catch (ApiException e) {
            assertThat(e.failure().code()).isNotIn(ErrorCode.INTERNAL_ERROR, ErrorCode.SERVICE_UNAVAILABLE);
            return e.failure().message();
        }
    }

    private static String text(String path, String user) {
        files().stat(sandbox, new StatFile(path, true, user));
        return new String(
                files().read(sandbox, new ReadFile(path, 0, null, 1 << 16, user))
                        .bytes(),
                StandardCharsets.UTF_8);
    }

    private static String write(String path, String user) {
        return files().write(
                        sandbox,
                        new WriteFile(path, null, true, true, false, user),
                        "changed".getBytes(StandardCharsets.UTF_8),
                        null)
                .path();
    }

    private static Files files() {
        return agent.context().getBean(Files.class);
    }
}
