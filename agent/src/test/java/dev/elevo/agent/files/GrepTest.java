package dev.elevo.agent.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.files.GrepMatch;
import dev.elevo.contract.files.GrepRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrepTest {
    private static final int LINE_CUT = 4096;
    private static final int CONTEXT = 2;

    @TempDir
    private Path directory;

    private Path tree;
    private InsideHelper inside;

    @BeforeEach
    void start() throws IOException {
        inside = new InsideHelper(directory);
        tree = Files.createDirectory(directory.resolve("tree"));
    }

    @AfterEach
    void stop() throws IOException {
        inside.close();
    }

    @Test
    void it_finds_what_a_plain_reference_finds() throws IOException {
        var random = new Random(6);
        var files = new TreeMap<String, List<String>>();
        for (int i = 0; i < 60; i++) {
            var name = "d%d/f%02d".formatted(i % 5, i);
            var lines = lines(random);
            Files.createDirectories(tree.resolve(name).getParent());
            Files.writeString(tree.resolve(name), String.join("\n", lines) + (random.nextBoolean() ? "\n" : ""));
            files.put(name, lines);
        }
        for (var pattern : List.of(
                "a",
                "ab",
                "ab|ba|cab",
                "(ab|ba)c",
                "^a",
                "b$",
                "^$",
                "a.c",
                "[ab]{3}",
                "(a|ü)b",
                "abca",
                "ab|ca",
                "a+b+",
                "(?i)AB",
                "c a",
                "x",
                "^",
                "$",
                ".{30}",
                "(a|ab)(c|bc)",
                "ü",
                "[^a ]{4}",
                "\\bab\\b",
                "a.*b.*c")) {
            for (var fold : List.of(true, false)) {
                assertSame(files, pattern, fold);
            }
        }
    }

    /** Few long ones among them, some beyond the first read. */
    private static List<String> lines(Random random) {
        var lines = new ArrayList<String>();
        for (int i = 1 + random.nextInt(200); i > 0; i--) {
            var length = random.nextInt(50) == 0 ? 100_000 : random.nextInt(40);
            lines.add(random.ints(length, 0, 7)
                    .mapToObj(c -> List.of("a", "b", "c", " ", "ü", "-", "A").get(c))
                    .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
                    .toString());
        }
        // A last line without a letter is none unless a newline follows it.
        lines.add("end");
        return lines;
    }

    private void assertSame(Map<String, List<String>> files, String pattern, boolean fold) throws IOException {
        var expected = new ArrayList<GrepMatch>();
        var flags = fold ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0;
        var compiled = Pattern.compile(pattern, flags);
        files.forEach((name, lines) -> {
            for (int i = 0; i < lines.size(); i++) {
                var matcher = compiled.matcher(lines.get(i));
                if (matcher.find()) {
                    expected.add(new GrepMatch(
                            tree + "/" + name,
                            i + 1,
                            matcher.start() + 1,
                            cut(lines.get(i)),
                            around(lines, i - CONTEXT, i),
                            around(lines, i + 1, i + 1 + CONTEXT)));
                }
            }
        });
        var found = inside.grep(
                new Wish(pattern).fold(fold).context(CONTEXT).limit(10_000).request(tree));
        assertThat(found.matches())
                .as(pattern + (fold ? ", whatever case" : ""))
                .isEqualTo(expected.subList(0, Math.min(found.total(), expected.size())));
        assertThat(found.truncated()).as(pattern).isEqualTo(found.total() < expected.size());
        assertThat(found.total() == expected.size() || found.total() > 100)
                .as(pattern)
                .isTrue();
    }

    private static List<String> around(List<String> lines, int from, int to) {
        return lines.subList(Math.max(0, from), Math.min(lines.size(), to)).stream()
                .map(GrepTest::cut)
                .toList();
    }

    private static String cut(String line) {
        return line.length() <= LINE_CUT ? line : line.substring(0, LINE_CUT);
    }

    @Test
    void whole_words_are_words_of_any_script() throws IOException {
        write("f", "über uber\ngrübeln\nübe\nein übe-r\n");
        assertThat(grep(new Wish("übe").word())).containsExactly("f:3:1", "f:4:5");
        assertThat(grep(new Wish("-r").word())).containsExactly();
        assertThat(grep(new Wish("ein|grübeln").word())).containsExactly("f:2:1", "f:4:1");
    }

    @Test
    void names_decide_which_files_are_searched_the_hidden_ones_too() throws IOException {
        write("a.c", "x\n");
        write(".h/b.c", "x\n");
        write("node_modules/c.c", "x\n");
        write("deep/gen/d.h", "x\n");
        assertThat(grep(new Wish("x").include("*.c").exclude("node_modules"))).containsExactly(".h/b.c:1:1", "a.c:1:1");
        assertThat(grep(new Wish("x").exclude("deep/**", "*.c"))).isEmpty();
    }

    @Test
    void what_the_service_is_about_to_name_is_not_searched() throws IOException {
        write(".elevo-0123456789abcdef01234567", "x\n");
        write(".elevo-sbx-0123456789az-f0/code.py", "x\n");
        write(".elevo-notes", "x\n");
        assertThat(grep(new Wish("x"))).containsExactly(".elevo-notes:1:1");
    }

    @Test
    void a_file_with_a_nul_near_its_beginning_is_binary() throws IOException {
        write("binary", "x\0x\n");
        write("late", "x" + " ".repeat(9000) + "\0\n");
        assertThat(grep(new Wish("x"))).containsExactly("late:1:1");
        assertThat(grep(new Wish("x").binary())).containsExactly("binary:1:1", "late:1:1");
    }

    @Test
    void a_line_longer_than_any_memory_is_found_and_cut() throws IOException {
        var line = "x".repeat(5_000_000);
        write("long", "first\n" + line + "needle" + line + "\nlast needle\n");
        var found = inside.grep(new Wish("needle").context(1).request(tree)).matches();
        assertThat(found).extracting(GrepMatch::line).containsExactly(2L, 3L);
        assertThat(found).extracting(GrepMatch::column).containsExactly(5_000_001L, 6L);
        assertThat(found.getFirst().content()).isEqualTo("x".repeat(LINE_CUT));
        assertThat(grep(new Wish("^x+needle"))).isEmpty();
        assertThat(grep(new Wish("xneedlex"))).containsExactly("long:2:5000000");
        assertThat(grep(new Wish("^needle"))).isEmpty();
    }

    @Test
    void what_is_no_regular_file_is_passed_over_without_waiting() throws IOException, InterruptedException {
        var made = new ProcessBuilder("mkfifo", tree.resolve("pipe").toString()).start();
        assertThat(made.waitFor()).isZero();
        Files.createSymbolicLink(tree.resolve("zero"), Path.of("/dev/zero"));
        write("f", "x\n");
        assertThat(grep(new Wish("x"))).containsExactly("f:1:1");
        assertThat(inside.grep(new Wish("x").request(tree.resolve("pipe"))).matches())
                .isEmpty();
        assertThat(inside.grep(new Wish("x").request(Path.of("/dev/zero"))).matches())
                .isEmpty();
        assertThat(inside.grep(new Wish("x").request(tree.resolve("f"))).matches())
                .extracting(GrepMatch::file)
                .containsExactly(tree + "/f");
    }

    @Test
    void a_file_that_grows_while_it_is_read_has_an_end() throws Exception {
        write("grows", "x\n".repeat(1000));
        var enough = new AtomicBoolean();
        var writer = Thread.ofVirtual().start(() -> {
            var more = "y\n".repeat(50_000).getBytes(StandardCharsets.UTF_8);
            while (!enough.get()) {
                try {
                    Files.write(tree.resolve("grows"), more, StandardOpenOption.APPEND);
                } catch (IOException e) {
                    return;
                }
            }
        });
        try {
            assertThat(grep(new Wish("x"))).hasSize(1000);
        } finally {
            enough.set(true);
            writer.join();
        }
    }

    @Test
    void the_first_ones_are_told_in_the_order_of_paths_and_lines() throws IOException {
        for (int i = 0; i < 500; i++) {
            write("d%d/f%03d".formatted(i % 7, i), "x\ny\nx\n");
        }
        var all = grep(new Wish("x").limit(10_000));
        assertThat(all).hasSize(1000).isSorted();
        assertThat(grep(new Wish("x").limit(33))).isEqualTo(all.subList(0, 33));
        assertThat(inside.grep(new Wish("x").limit(33).request(tree)).truncated())
                .isTrue();
        assertThat(inside.grep(new Wish("x").limit(1000).request(tree)).truncated())
                .isFalse();
    }

    @Test
    void a_pattern_that_would_take_for_ever_elsewhere_takes_no_time() throws IOException {
        write("f", "a".repeat(100_000) + "\n");
        assertThat(grep(new Wish("(a*)*(a|aa)+$b"))).isEmpty();
    }

    @Test
    void what_is_no_pattern_is_refused_with_the_reason() {
        for (var pattern : List.of("(", "[a", "a**b(", "(?=x)", "\\1", "x{2000}", "a)(b")) {
            assertThatThrownBy(() -> inside.grep(new Wish(pattern).request(tree)))
                    .as(pattern)
                    .isInstanceOfSatisfying(SearchRefusal.class, refusal -> {
                        assertThat(refusal.whose()).isEqualTo(SearchRefusal.Whose.PATTERN);
                        assertThat(refusal.number()).isPositive();
                    });
        }
    }

    private void write(String path, String text) throws IOException {
        var file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    /** As file:line:column. */
    private List<String> grep(Wish wish) throws IOException {
        return inside.grep(wish.request(tree)).matches().stream()
                .map(match -> match.file().substring(tree.toString().length() + 1) + ":" + match.line() + ":"
                        + match.column())
                .toList();
    }

    /** A request, as far as it is not by default. */
    private static final class Wish {
        private final String pattern;
        private boolean fold;
        private boolean word;
        private boolean binary;
        private int context;
        private @Nullable Integer limit;
        private @Nullable String include;
        private List<String> exclude = List.of();

        Wish(String pattern) {
            this.pattern = pattern;
        }

        Wish fold(boolean on) {
            fold = on;
            return this;
        }

        Wish word() {
            word = true;
            return this;
        }

        Wish binary() {
            binary = true;
            return this;
        }

        Wish context(int lines) {
            context = lines;
            return this;
        }

        Wish limit(int most) {
            limit = most;
            return this;
        }

        Wish include(String glob) {
            include = glob;
            return this;
        }

        Wish exclude(String... globs) {
            exclude = List.of(globs);
            return this;
        }

        GrepRequest request(Path path) {
            return new GrepRequest(
                    path.toString(), pattern, !fold, word, include, exclude, limit, context, binary, null);
        }
    }
}
