package dev.elevo.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elevo.agent.files.BrokenTransferException;
import dev.elevo.agent.files.Files;
import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.DeleteFile;
import dev.elevo.contract.agent.ListFiles;
import dev.elevo.contract.agent.ReadFile;
import dev.elevo.contract.agent.StatFile;
import dev.elevo.contract.agent.WriteFile;
import dev.elevo.contract.agent.WriteFiles;
import dev.elevo.contract.files.ChangeMode;
import dev.elevo.contract.files.ChangeOwner;
import dev.elevo.contract.files.CopyRequest;
import dev.elevo.contract.files.FileInfo;
import dev.elevo.contract.files.FileMode;
import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.MakeDirectory;
import dev.elevo.contract.files.MoveRequest;
import dev.elevo.contract.testing.Eventually;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a real sandbox: everything that can be asked for, and everything that can be in the way. */
final class FilesTest {
    private static final String HOME = "/home/user";

    @TempDir
    private static Path home;

    private static RealAgent agent;
    private static String sandbox;

    @BeforeAll
    static void start() throws GeneralSecurityException {
        agent = new RealAgent(home);
        sandbox = agent.create();
    }

    @AfterAll
    static void stop() {
        agent.close();
    }

    @BeforeEach
    void clean() {
        agent.run(sandbox, "root", "chattr -R -i /home/user 2>/dev/null; find /home/user -mindepth 1 -delete");
    }

    private static Files files() {
        return agent.context().getBean(Files.class);
    }

    private static FileInfo stat(String path) {
        return files().stat(sandbox, new StatFile(path, false, null));
    }

    private static String read(String path) {
        var content = files().read(sandbox, new ReadFile(path, 0, null, 1 << 20, null));
        return new String(content.bytes(), StandardCharsets.UTF_8);
    }

    private static boolean write(String path, String content) {
        return write(new WriteFile(path, null, true, true, false, null), content);
    }

    private static boolean write(WriteFile target, String content) {
        return files().write(sandbox, target, content.getBytes(StandardCharsets.UTF_8), null)
                .created();
    }

    private static String run(String command) {
        var result = agent.run(sandbox, command);
        return (result.stdout() + result.stderr()).strip();
    }

    private static int code(ThrowingCallable call) {
        var thrown = catchThrowableOfType(ApiException.class, call);
        return thrown == null ? 0 : thrown.failure().code().number();
    }

    private static Failure failure(ThrowingCallable call) {
        return catchThrowableOfType(ApiException.class, call).failure();
    }

    private static List<String> list(String path, int depth) {
        return list(new ListFiles(path, depth, null, true, "name", false, 0, 1000, null));
    }

    private static List<String> list(ListFiles query) {
        return files().list(sandbox, query).files().stream().map(FileInfo::path).toList();
    }

    private static void delete(String path, boolean recursive) {
        files().delete(sandbox, new DeleteFile(path, recursive, false, null), null);
    }

    private static FileInfo copy(String from, String to, boolean recursive, boolean overwrite) {
        return files().copy(sandbox, new CopyRequest(from, to, recursive, overwrite, null, null), null);
    }

    private static FileInfo move(String from, String to, boolean overwrite) {
        return files().move(sandbox, new MoveRequest(from, to, overwrite, null), null);
    }

    @Test
    void a_file_is_told_of_as_the_sandbox_sees_it() {
        run("printf hello > note.md; chmod 640 note.md; ln -s note.md link; mkfifo pipe");

        var note = stat(HOME + "/note.md");

        assertThat(note.name()).isEqualTo("note.md");
        assertThat(note.type()).isEqualTo(FileType.FILE);
        assertThat(note.size()).isEqualTo(5);
        assertThat(note.mode()).isEqualTo(new FileMode(0640));
        assertThat(note.permissions()).isEqualTo("rw-r-----");
        assertThat(note.owner()).isEqualTo("user");
        assertThat(note.group()).isEqualTo("user");
        assertThat(note.mimeType()).isEqualTo("text/markdown");
        assertThat(note.modifiedAt()).isAfter(agent.sandboxes().get(sandbox).createdAt());
        assertThat(stat(HOME + "/link").symlinkTarget()).isEqualTo("note.md");
        assertThat(files().stat(sandbox, new StatFile(HOME + "/link", true, null))
                        .size())
                .isEqualTo(5);
        assertThat(stat(HOME + "/pipe").type()).isEqualTo(FileType.FIFO);
        assertThat(stat("/dev/null").type()).isEqualTo(FileType.CHARACTER);
        assertThat(stat("/").type()).isEqualTo(FileType.DIRECTORY);
        assertThat(stat("/etc/passwd").owner()).isEqualTo("root");
        assertThat(code(() -> stat(HOME + "/none"))).isEqualTo(3001);
        assertThat(code(() -> stat(HOME + "/note.md/below"))).isEqualTo(3001);
        assertThat(code(() -> stat("relative"))).isEqualTo(3006);
    }

    @Test
    void what_is_written_is_there_whole_with_the_mode_it_should_have() {
        assertThat(write(HOME + "/a/b/new.txt", "first")).isTrue();
        assertThat(stat(HOME + "/a/b/new.txt").mode()).isEqualTo(FileMode.OF_FILES);
        assertThat(stat(HOME + "/a/b").mode()).isEqualTo(FileMode.OF_DIRECTORIES);
        assertThat(stat(HOME + "/a/b/new.txt").owner()).isEqualTo("user");

        run("chmod 600 a/b/new.txt");
        assertThat(write(HOME + "/a/b/new.txt", "second")).isFalse();
        assertThat(read(HOME + "/a/b/new.txt")).isEqualTo("second");
        assertThat(stat(HOME + "/a/b/new.txt").mode()).isEqualTo(new FileMode(0600));

        write(new WriteFile(HOME + "/a/b/new.txt", new FileMode(0755), true, true, false, null), "");
        assertThat(stat(HOME + "/a/b/new.txt").mode()).isEqualTo(new FileMode(0755));
        assertThat(read(HOME + "/a/b/new.txt")).isEmpty();
        assertThat(run("ls -A a/b")).isEqualTo("new.txt");
    }

    @Test
    void what_is_appended_comes_behind_what_is_there() {
        var appended = new WriteFile(HOME + "/log", null, true, false, true, null);
        assertThat(write(appended, "one ")).isTrue();
        assertThat(write(appended, "two")).isFalse();
        assertThat(read(HOME + "/log")).isEqualTo("one two");
    }

    @Test
    void an_append_that_comes_to_nothing_leaves_what_was_there_and_what_others_have_appended_meanwhile() {
        run("printf 'old;' > log");
        assertThat(code(() -> breakingAppend(() -> {}))).isEqualTo(9005);
        // Inside, the end of a connection is noticed behind the one who ended it.
        Eventually.await("it is taken back", () -> read(HOME + "/log").equals("old;"));

        assertThat(code(() -> breakingAppend(() -> run("printf 'theirs;' >> log"))))
                .isEqualTo(9005);
        assertThat(read(HOME + "/log")).startsWith("old;").contains("theirs;");
    }

    /** Its client goes when half of it is written. */
    private static void breakingAppend(Runnable meanwhile) {
        var appended = new WriteFile(HOME + "/log", null, true, false, true, null);
        var parts = new ArrayDeque<>(List.of("half;"));
        files().receive(
                        sandbox,
                        appended,
                        () -> {
                            if (parts.isEmpty()) {
                                Eventually.await(
                                        "it is written",
                                        () -> read(HOME + "/log").endsWith("half;"));
                                meanwhile.run();
                                throw new BrokenTransferException("gone");
                            }
                            return List.of(ByteBuffer.wrap(parts.remove().getBytes(StandardCharsets.UTF_8)));
                        },
                        null);
    }

    @Test
    void what_is_in_the_way_of_a_write_is_named() {
        run("mkdir dir; echo x > file; mkfifo pipe; ln -s nowhere/at/all dangling; ln -s loop loop; chmod 444 file");

        assertThat(code(() -> write(new WriteFile(HOME + "/no/parent", null, false, true, false, null), "x")))
                .isEqualTo(3001);
        assertThat(code(() -> write(new WriteFile(HOME + "/file", null, true, false, false, null), "x")))
                .isEqualTo(3002);
        assertThat(code(() -> write(HOME + "/file", "x"))).isEqualTo(3004);
        assertThat(code(() -> write("/etc/new", "x"))).isEqualTo(3004);
        assertThat(code(() -> write("/proc/new", "x"))).isIn(3001, 3004);
        assertThat(code(() -> write(HOME + "/file/below", "x"))).isEqualTo(3008);
        assertThat(code(() -> write(HOME + "/dir", "x"))).isEqualTo(3009);
        assertThat(code(() -> write("/", "x"))).isEqualTo(3009);
        assertThat(code(() -> write(HOME + "/pipe", "x"))).isEqualTo(3009);
        assertThat(code(() -> write("/dev/null", "x"))).isIn(3004, 3009);
        assertThat(code(() -> write(HOME + "/loop", "x"))).isEqualTo(3006);
        assertThat(code(() -> write(HOME + "/" + "n".repeat(256), "x"))).isEqualTo(3006);
        assertThat(code(() -> write(HOME + "/" + "\u00e4".repeat(255), "x"))).isEqualTo(3006);
        assertThat(code(() -> write(HOME + "/n\0ul", "x"))).isEqualTo(3006);
        assertThat(code(() -> write("/" + "n/".repeat(2500), "x"))).isEqualTo(3006);
        assertThat(code(() -> write(new WriteFile(HOME + "/x", null, true, true, false, "nobody-here"), "x")))
                .isEqualTo(3004);
        assertThat(run("cat file; ls -A | tr '\\n' ' '")).isEqualTo("x\ndangling dir file loop pipe");
    }

    @Test
    void a_write_goes_where_a_link_leads_and_the_link_stays() {
        run("mkdir real; echo old > real/file; ln -s real/file link; ln -s real there; ln -s ../../tmp/made made");

        assertThat(write(HOME + "/link", "new")).isFalse();
        assertThat(write(HOME + "/there/other", "new")).isTrue();
        assertThat(write(HOME + "/made", "new")).isTrue();

        assertThat(run("readlink link; cat real/file real/other /tmp/made; rm /tmp/made"))
                .isEqualTo("real/file\nnewnewnew");
    }

    @Test
    void a_file_is_written_where_its_directory_may_not_be() {
        agent.run(sandbox, "root", "mkdir /srv/closed; printf before > /srv/closed/log; chmod 666 /srv/closed/log");

        assertThat(write("/srv/closed/log", "long".repeat(100_000))).isFalse();
        assertThat(run("tr -d long < /srv/closed/log; stat -c %s /srv/closed/log; ls -A /srv/closed"))
                .isEqualTo("400000\nlog");
        assertThat(write("/srv/closed/log", "short")).isFalse();
        assertThat(run("cat /srv/closed/log")).isEqualTo("short");
        assertThat(code(() -> write("/srv/closed/other", "x"))).isEqualTo(3004);
        agent.run(sandbox, "root", "rm -r /srv/closed");
    }

    @Test
    void a_batch_with_such_a_file_is_written_whole_or_not_at_all() {
        agent.run(sandbox, "root", "mkdir /srv/closed; printf before > /srv/closed/log; chmod 666 /srv/closed/log");
        run("mkdir full; echo kept > file");
        var inPlace = entry("/../../srv/closed/log", "after");
        var broken = new WriteFiles(List.of(inPlace, entry("/full", "x")), null);
        var whole = new WriteFiles(List.of(inPlace, entry("/file", "new")), null);

        assertThat(code(() -> files().writeAll(sandbox, broken, null))).isEqualTo(3009);
        assertThat(run("cat /srv/closed/log")).isEqualTo("before");
        files().writeAll(sandbox, whole, null);
        assertThat(run("cat /srv/closed/log file")).isEqualTo("afternew");
        agent.run(sandbox, "root", "rm -r /srv/closed");
    }

    @Test
    void root_writes_for_the_owner_and_leaves_him_his_file() {
        run("echo old > mine; chmod 640 mine");

        write(new WriteFile(HOME + "/mine", null, true, true, false, "root"), "new");

        assertThat(run("stat -c '%U %G %a' mine; cat mine")).isEqualTo("user user 640\nnew");
    }

    @Test
    void parts_are_read_and_what_is_no_file_is_not() {
        run("printf 0123456789 > digits; mkdir dir; mkfifo pipe; ln -s digits link");
        agent.run(sandbox, "root", "printf root > secret; chmod 600 secret");

        assertThat(part(HOME + "/digits", 3, 4L)).isEqualTo("3456");
        assertThat(part(HOME + "/link", 8, null)).isEqualTo("89");
        assertThat(part(HOME + "/digits", 20, null)).isEmpty();
        assertThat(read("/proc/self/comm")).isEqualTo("elevo-files\n");
        assertThat(code(() -> read(HOME + "/dir"))).isEqualTo(3009);
        assertThat(code(() -> read(HOME + "/pipe"))).isEqualTo(3009);
        assertThat(code(() -> read("/dev/zero"))).isEqualTo(3009);
        assertThat(code(() -> read("/dev/tty"))).isEqualTo(3009);
        assertThat(code(() -> read(HOME + "/secret"))).isEqualTo(3004);
        assertThat(code(() -> read(HOME + "/digits/x"))).isEqualTo(3001);
        run("python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"sock\")' || perl -MIO::Socket::UNIX -e "
                + "'IO::Socket::UNIX->new(Local => \"sock\", Listen => 1)'");
        assertThat(code(() -> read(HOME + "/sock"))).isEqualTo(3009);
        var tooLarge = failure(() -> files().read(sandbox, new ReadFile(HOME + "/digits", 0, null, 5, null)));
        assertThat(tooLarge.code().number()).isEqualTo(3007);
        assertThat(tooLarge.details()).containsEntry("size", 10L).containsEntry("limit", 5L);
        assertThat(new String(
                        files().read(sandbox, new ReadFile(HOME + "/secret", 0, 4L, 4, "root"))
                                .bytes(),
                        StandardCharsets.UTF_8))
                .isEqualTo("root");
    }

    private static String part(String path, long offset, @Nullable Long length) {
        return new String(
                files().read(sandbox, new ReadFile(path, offset, length, 1000, null))
                        .bytes(),
                StandardCharsets.UTF_8);
    }

    @Test
    void a_list_goes_as_deep_as_it_is_asked_to() {
        run("mkdir -p a/b/c .h; touch a/1 a/b/2 a/b/c/3 .h/4 z; ln -s /etc a/etc; mkdir a/closed; touch a/closed/5;"
                + " chmod 0 a/closed");

        assertThat(list(HOME, 1)).containsExactly(HOME + "/.h", HOME + "/a", HOME + "/z");
        assertThat(list(HOME, 0)).containsExactly(HOME);
        assertThat(list(HOME + "/z", 0)).containsExactly(HOME + "/z");
        assertThat(list(HOME + "/a", 2))
                .containsExactlyInAnyOrder(
                        HOME + "/a/1",
                        HOME + "/a/b",
                        HOME + "/a/b/2",
                        HOME + "/a/b/c",
                        HOME + "/a/closed",
                        HOME + "/a/etc");
        assertThat(list(HOME, -1)).hasSize(11).contains(HOME + "/a/b/c/3", HOME + "/.h/4");
        assertThat(list(new ListFiles(HOME, -1, null, false, "name", false, 0, 100, null)))
                .doesNotContain(HOME + "/.h", HOME + "/.h/4");
        assertThat(list(new ListFiles(null, -1, FileType.FILE, true, "name", true, 1, 2, null)))
                .containsExactly(HOME + "/.h/4", HOME + "/a/b/c/3");
        assertThat(files().list(sandbox, new ListFiles(HOME, 1, null, true, "type", false, 5, 10, null)))
                .satisfies(page -> {
                    assertThat(page.total()).isEqualTo(3);
                    assertThat(page.files()).isEmpty();
                });
        assertThat(code(() -> list(HOME + "/z", 1))).isEqualTo(3008);
        assertThat(code(() -> list(HOME + "/none", 1))).isEqualTo(3001);
        assertThat(code(() -> list("/root", 1))).isEqualTo(3004);
        run("chmod 700 a/closed");
    }

    @Test
    void a_thousand_files_are_listed_in_pages_of_one_order() {
        run("mkdir many; cd many; for i in $(seq 1000 1999); do printf %$((i % 7))s > f$i; done");

        var bySize = IntStream.range(0, 10)
                .mapToObj(page -> files().list(
                                sandbox,
                                new ListFiles(HOME + "/many", 1, null, true, "size", true, page * 100L, 100, null))
                        .files())
                .flatMap(List::stream)
                .toList();

        assertThat(bySize).hasSize(1000).isSortedAccordingTo((one, other) -> {
            var size = Long.compare(other.size(), one.size());
            return size == 0 ? one.path().compareTo(other.path()) : size;
        });
    }

    @Test
    void directories_are_made_once() {
        assertThat(mkdir(HOME + "/a/b", true)).isTrue();
        assertThat(mkdir(HOME + "/a/b", false)).isFalse();
        run("touch file; ln -s a link; ln -s nowhere dangling");
        assertThat(mkdir(HOME + "/link", false)).isFalse();
        assertThat(code(() -> mkdir(HOME + "/x/y", false))).isEqualTo(3001);
        assertThat(code(() -> mkdir(HOME + "/file", false))).isEqualTo(3002);
        assertThat(code(() -> mkdir(HOME + "/dangling", false))).isEqualTo(3002);
        assertThat(code(() -> mkdir(HOME + "/file/x", true))).isEqualTo(3008);
        assertThat(code(() -> mkdir("/etc/x", false))).isEqualTo(3004);
        files().makeDirectory(sandbox, new MakeDirectory(HOME + "/open", null, new FileMode(01777), null), null);
        assertThat(stat(HOME + "/open").mode()).isEqualTo(new FileMode(01777));
    }

    private static boolean mkdir(String path, boolean recursive) {
        return files().makeDirectory(sandbox, new MakeDirectory(path, recursive, null, null), null)
                .created();
    }

    @Test
    void a_copy_is_like_the_original() {
        run("mkdir -p src/sub; echo content > src/file; chmod 4750 src/file; ln -s file src/link; mkfifo src/pipe;"
                + " touch -d 2001-02-03T04:05:06Z src/file src/sub; truncate -s 100M src/sparse;"
                + " printf end >> src/sparse; cd src; tar c --format=posix --mtime=@0 . > /tmp/src.tar");

        var copied = copy(HOME + "/src", HOME + "/dst", true, false);

        assertThat(copied.path()).isEqualTo(HOME + "/dst");
        assertThat(copied.type()).isEqualTo(FileType.DIRECTORY);
        assertThat(run("diff -r --no-dereference src/file dst/file && readlink dst/link && stat -c '%a %Y %U' dst/file"
                        + " && stat -c %F dst/pipe && cmp src/sparse dst/sparse && stat -c %Y dst/sub"))
                .isEqualTo("file\n4750 981173106 user\nfifo\n981173106");
        assertThat(Integer.parseInt(run("stat -c %b dst/sparse"))).isLessThan(100);
        assertThat(run("ls -A")).isEqualTo("dst\nsrc");
    }

    @Test
    void what_is_in_the_way_of_a_copy_is_named_and_nothing_is_left() {
        run(
                "mkdir -p dir/sub full; echo a > a; echo b > b; touch full/x; mkdir secret; touch secret/x; chmod 0 secret");

        assertThat(code(() -> copy(HOME + "/none", HOME + "/c", false, false))).isEqualTo(3001);
        assertThat(code(() -> copy(HOME + "/a", HOME + "/none/c", false, false)))
                .isEqualTo(3001);
        assertThat(code(() -> copy(HOME + "/a", HOME + "/b", false, false))).isEqualTo(3002);
        assertThat(code(() -> copy(HOME + "/a", HOME + "/full", false, true))).isEqualTo(3002);
        assertThat(code(() -> copy(HOME + "/dir", HOME + "/c", false, false))).isEqualTo(3009);
        assertThat(code(() -> copy(HOME + "/a", HOME + "/b/c", false, false))).isEqualTo(3008);
        assertThat(code(() -> copy(HOME + "/dir", HOME + "/dir/sub/c", true, false)))
                .isEqualTo(3006);
        assertThat(code(() -> copy(HOME + "/a", "/etc/c", false, false))).isEqualTo(3004);
        assertThat(code(() -> copy(HOME + "/secret", HOME + "/c", true, false))).isEqualTo(3004);
        assertThat(copy(HOME + "/a", HOME + "/b", false, true).size()).isEqualTo(2);
        assertThat(copy(HOME + "/a", HOME + "/a", false, true).size()).isEqualTo(2);
        assertThat(run("cat a b; ls -A | tr '\\n' ' '; chmod 700 secret")).isEqualTo("a\na\na b dir full secret");
    }

    @Test
    void a_move_is_a_rename_or_looks_like_one() {
        run("mkdir dir; touch dir/x; echo a > a; echo b > b; ln -s nowhere link");

        assertThat(move(HOME + "/a", HOME + "/c", false).path()).isEqualTo(HOME + "/c");
        assertThat(code(() -> move(HOME + "/c", HOME + "/b", false))).isEqualTo(3002);
        assertThat(move(HOME + "/c", HOME + "/b", true).size()).isEqualTo(2);
        assertThat(move(HOME + "/link", HOME + "/link2", false).type()).isEqualTo(FileType.SYMLINK);
        assertThat(code(() -> move(HOME + "/dir", HOME + "/dir/sub", false))).isEqualTo(3006);
        assertThat(code(() -> move(HOME + "/b", HOME + "/dir", true))).isEqualTo(3002);
        assertThat(code(() -> move(HOME + "/none", HOME + "/x", false))).isEqualTo(3001);
        assertThat(code(() -> move(HOME + "/b", HOME + "/none/x", false))).isEqualTo(3001);
        assertThat(code(() -> move("/", HOME + "/x", false))).isEqualTo(3004);
        assertThat(code(() -> move("/etc/passwd", HOME + "/x", false))).isEqualTo(3004);
        // To another file system, and back.
        assertThat(move(HOME + "/dir", "/dev/shm/dir", false).path()).isEqualTo("/dev/shm/dir");
        assertThat(move("/dev/shm/dir", HOME + "/back", false).type()).isEqualTo(FileType.DIRECTORY);
        assertThat(run("cat b; ls -A . back | tr '\\n' ' '; ls -A /dev/shm")).isEqualTo("a\n.: b back link2  back: x");
        agent.requireRoot(); // only then its root is that of the template too
        // A directory of the template, which its overlay cannot rename.
        var request = new MoveRequest("/usr/share/doc", "/usr/share/moved", null, "root");
        agent.run(sandbox, "root", "mkdir -p /usr/share/doc; touch /usr/share/doc/here");
        assertThat(files().move(sandbox, request, null).path()).isEqualTo("/usr/share/moved");
        assertThat(run("ls -d /usr/share/doc /usr/share/moved/here")).contains("/usr/share/moved/here", "No such file");
    }

    @Test
    void a_deletion_takes_the_link_and_not_what_it_leads_to() {
        run("mkdir -p dir/sub empty; touch dir/sub/x kept; ln -s kept link; ln -s . dir/self; ln -s /home dir/home");

        assertThat(code(() -> delete(HOME + "/dir", false))).isEqualTo(3003);
        delete(HOME + "/link", false);
        delete(HOME + "/empty", false);
        delete(HOME + "/dir", true);
        assertThat(run("ls -A")).isEqualTo("kept");
        assertThat(code(() -> delete(HOME + "/none", true))).isEqualTo(3001);
        files().delete(sandbox, new DeleteFile(HOME + "/none", false, true, null), null);
        files().delete(sandbox, new DeleteFile(HOME + "/kept/below", false, true, null), null);
        assertThat(code(() -> delete("/", true))).isEqualTo(3004);
        assertThat(code(() -> delete("/etc/passwd", false))).isEqualTo(3004);
        assertThat(code(() -> delete("/tmp/..", true))).isEqualTo(3004);
    }

    @Test
    void modes_and_owners_change_for_whoever_may() {
        run("mkdir -p dir/sub; touch dir/x dir/sub/y; ln -s /etc/passwd dir/link");

        assertThat(files().changeMode(sandbox, new ChangeMode(HOME + "/dir", new FileMode(0700), true, null))
                        .mode())
                .isEqualTo(new FileMode(0700));
        assertThat(run("stat -c %a dir/sub dir/x dir/sub/y /etc/passwd")).isEqualTo("700\n700\n700\n644");
        files().changeMode(sandbox, new ChangeMode(HOME + "/dir", new FileMode(0), true, null));
        files().changeMode(sandbox, new ChangeMode(HOME + "/dir", new FileMode(0755), true, null));
        assertThat(run("stat -c %a dir dir/sub dir/sub/y")).isEqualTo("755\n755\n755");
        assertThat(code(() ->
                        files().changeMode(sandbox, new ChangeMode("/etc/passwd", new FileMode(0666), null, null))))
                .isEqualTo(3004);
        assertThat(code(() -> chown("root", null, null))).isEqualTo(3004);
        assertThat(chown("root", "daemon", "root").owner()).isEqualTo("root");
        assertThat(run("stat -c '%U %G' dir dir/sub/y dir/link /etc/passwd"))
                .isEqualTo("root daemon\nroot daemon\nroot daemon\nroot root");
        assertThat(chown("user", "user", "root").group()).isEqualTo("user");
        assertThat(code(() -> chown("nobody-here", null, "root"))).isEqualTo(3004);
        assertThat(code(() -> chown("user", "no-group", "root"))).isEqualTo(3004);
    }

    private static FileInfo chown(String owner, @Nullable String group, @Nullable String as) {
        return files().changeOwner(sandbox, new ChangeOwner(HOME + "/dir", owner, group, true, as));
    }

    @Test
    void a_batch_is_written_whole_or_not_at_all() {
        run("echo old > there; mkdir dir");

        var results = files().writeAll(
                        sandbox,
                        new WriteFiles(List.of(entry("/new/deep/a", "a"), entry("/there", "b"), entry("/c", "")), null),
                        null)
                .results();

        assertThat(results).extracting(result -> result.created()).containsExactly(true, false, true);
        assertThat(results).extracting(result -> result.bytesWritten()).containsExactly(1L, 1L, 0L);
        assertThat(run("cat new/deep/a there c; rm -r new c; echo; ls -A | tr '\\n' ' '"))
                .isEqualTo("ab\ndir there");

        var broken = failure(() -> files().writeAll(
                        sandbox,
                        new WriteFiles(List.of(entry("/new/a", "a"), entry("/there", "c"), entry("/dir", "x")), null),
                        null));
        assertThat(broken.code().number()).isEqualTo(3009);
        assertThat(broken.details()).containsEntry("index", 2).containsEntry("path", HOME + "/dir");
        assertThat(run("cat there; ls -A | tr '\\n' ' '")).isEqualTo("bdir there");
    }

    @Test
    void a_thousand_files_at_once_are_no_more_than_a_batch() {
        var entries = IntStream.range(0, 1000)
                .mapToObj(i -> entry("/batch/d" + i % 10 + "/f" + i, "content " + i))
                .toList();

        files().writeAll(sandbox, new WriteFiles(entries, null), null);

        assertThat(run("find batch -type f | wc -l; cat batch/d7/f777; find . -name '.elevo*'"))
                .isEqualTo("1000\ncontent 777");
    }

    private static WriteFiles.Entry entry(String path, String content) {
        var base64 = Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
        return new WriteFiles.Entry(HOME + path, base64, null, true, true);
    }

    @Test
    void what_has_a_key_is_done_once() {
        run("echo a > a");
        var request = new MoveRequest(HOME + "/a", HOME + "/b", null, null);

        var first = files().move(sandbox, request, "key");

        assertThat(files().move(sandbox, request, "key")).isEqualTo(first);
        assertThat(code(() -> files().move(sandbox, request, "other key"))).isEqualTo(3001);
    }

    @Test
    void what_failed_is_tried_again_with_the_same_key() {
        var request = new MoveRequest(HOME + "/tried", HOME + "/tried-again", null, null);
        assertThat(code(() -> files().move(sandbox, request, "tried key"))).isEqualTo(3001);

        run("echo a > tried");

        assertThat(files().move(sandbox, request, "tried key").path()).isEqualTo(HOME + "/tried-again");
    }

    @Test
    void trees_of_any_depth_are_deleted() {
        var depth = agent.isRoot() ? 20_000 : 2_000; // the overlay of a user namespace takes its time for each
        run("perl -e 'for (1.." + depth + ") { mkdir q(d) or die; chdir q(d) or die } open my $f, q(>), q(end)'");

        delete(HOME + "/d", true);

        assertThat(run("ls -A")).isEmpty();
    }
}
