package dev.elevo.agent.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.files.FileType;
import dev.elevo.contract.files.FindRequest;
import dev.elevo.contract.files.ModifiedRange;
import dev.elevo.contract.files.SizeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindTest {
    private static final Comparator<String> BY_PATH = Comparator.comparing((String path) -> path.replace('/', '\1'));

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
    void globs_match_what_a_plain_reference_matches() throws IOException {
        var random = new Random(4);
        var names = plant(random, 300);
        for (int i = 0; i < 150; i++) {
            var glob = glob(random);
            var expected = names.stream()
                    .filter(path -> PlainGlob.matches(
                            glob, glob.indexOf('/') < 0 ? path.substring(path.lastIndexOf('/') + 1) : path))
                    .map(path -> tree + "/" + path)
                    .sorted(BY_PATH)
                    .toList();
            assertThat(find(glob)).as(glob).isEqualTo(expected);
        }
    }

    private List<String> plant(Random random, int count) throws IOException {
        var directories = new ArrayList<>(List.of(""));
        var names = new ArrayList<String>();
        while (names.size() < count) {
            var path = directories.get(random.nextInt(directories.size())) + letters(random);
            if (path.length() < 60 && !Files.exists(tree.resolve(path))) {
                names.add(path);
                if (random.nextInt(3) == 0) {
                    Files.createDirectory(tree.resolve(path));
                    directories.add(path + "/");
                } else {
                    Files.createFile(tree.resolve(path));
                }
            }
        }
        return names;
    }

    private static String letters(Random random) {
        return random.ints(1 + random.nextInt(3), 0, 5)
                .mapToObj(i -> List.of("a", "b", "-", "ü", "z").get(i))
                .reduce("", String::concat);
    }

    private static String glob(Random random) {
        var parts = List.of("a", "b", "ü", "?", "*", "[ab]", "[!a]", "[a-y]", "{a,b}", "{ü,a*}", "z", "-");
        var glob = new StringBuilder();
        var components = 1 + random.nextInt(3);
        for (int c = 0; c < components; c++) {
            if (c > 0) {
                glob.append('/');
            }
            if (components > 1 && random.nextInt(3) == 0) {
                glob.append("**");
                continue;
            }
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                glob.append(parts.get(random.nextInt(parts.size())));
            }
        }
        return glob.toString();
    }

    @Test
    void hidden_names_and_what_is_below_them_are_left_out_unless_asked_for() throws IOException {
        file("a/.h/x");
        file("a/x");
        assertThat(find("x")).containsExactly(tree + "/a/x");
        assertThat(find(new Wish("x").hidden())).containsExactly(tree + "/a/.h/x", tree + "/a/x");
    }

    @Test
    void what_the_service_is_about_to_name_is_not_found_and_a_users_own_name_like_it_is() throws IOException {
        file(".elevo-0123456789abcdef01234567");
        file(".elevo-0123456789abcdef/x");
        file(".elevo-sbx-0123456789az-f0/x");
        var own = List.of(
                ".elevo-0123456789abcde",
                ".elevo-0123456789abcdefg",
                ".elevo-0123456789abcdef012345678",
                ".elevo-notes",
                ".elevo-sbx-0123456789az",
                ".elevo-sbx-0123456789a-f0");
        for (var name : own) {
            file(name);
        }
        assertThat(find(new Wish("*").hidden()))
                .containsExactlyElementsOf(
                        own.stream().map(name -> tree + "/" + name).sorted().toList());
    }

    @Test
    void depth_type_directories_sizes_and_times_narrow_it() throws IOException {
        file("x1");
        file("a/x2");
        file("a/skip/x3");
        Files.writeString(tree.resolve("a/x4"), "12345");
        Files.setLastModifiedTime(tree.resolve("a/x4"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        Files.createSymbolicLink(tree.resolve("xlink"), tree);
        assertThat(find(new Wish("x*").depth(0))).containsExactly(tree + "/x1", tree + "/xlink");
        assertThat(find(new Wish("*").type(FileType.DIRECTORY))).containsExactly(tree + "/a", tree + "/a/skip");
        assertThat(find(new Wish("*").type(FileType.SYMLINK))).containsExactly(tree + "/xlink");
        assertThat(find(new Wish("x[23]").without("sk*"))).containsExactly(tree + "/a/x2");
        assertThat(find(new Wish("x?").size(1L, 5L))).containsExactly(tree + "/a/x4");
        assertThat(find(new Wish("x?").before(Instant.parse("2020-01-01T00:00:00Z"))))
                .containsExactly(tree + "/a/x4");
    }

    @Test
    void a_regular_expression_is_tried_on_the_path_below() throws IOException {
        file("src/a.ts");
        file("src/deep/b.ts");
        file("a.js");
        assertThat(find("/^src/.*\\.ts$/")).containsExactly(tree + "/src/a.ts", tree + "/src/deep/b.ts");
    }

    @Test
    void the_first_ones_are_told_and_that_there_were_more() throws IOException {
        for (int i = 0; i < 3000; i++) {
            file("d%02d/f%04d".formatted(i % 40, i));
        }
        var all = find(new Wish("f*").limit(10_000));
        assertThat(all).hasSize(3000).isSortedAccordingTo(BY_PATH);
        var some = inside.find(new Wish("f*").limit(100).request(tree));
        assertThat(some.matches()).isEqualTo(all.subList(0, 100));
        assertThat(some.truncated()).isTrue();
        assertThat(inside.find(new Wish("f*").limit(3000).request(tree)).truncated())
                .isFalse();
    }

    @Test
    void a_directory_of_thirty_thousand_is_one_as_any_other() throws IOException {
        for (int i = 0; i < 30_000; i++) {
            Files.createFile(tree.resolve("a-rather-long-name-of-a-file-" + i));
        }
        assertThat(find(new Wish("*7777").limit(10_000))).hasSize(3);
    }

    @Test
    void links_are_not_followed() throws IOException {
        file("a/x");
        Files.createSymbolicLink(tree.resolve("a/up"), tree);
        Files.createSymbolicLink(tree.resolve("etc"), Path.of("/etc"));
        assertThat(find(new Wish("*").hidden()))
                .containsExactly(tree + "/a", tree + "/a/up", tree + "/a/x", tree + "/etc");
    }

    @Test
    void what_cannot_be_searched_is_told_apart() throws IOException {
        file("x");
        assertRefused(new Wish("*").request(tree.resolve("missing")), SearchRefusal.Whose.PATH);
        assertRefused(new Wish("*").request(tree.resolve("x")), SearchRefusal.Whose.PATH);
        assertRefused(new Wish("[a").request(tree), SearchRefusal.Whose.PATTERN);
        assertRefused(new Wish("{a").request(tree), SearchRefusal.Whose.PATTERN);
        assertRefused(new Wish("/(/").request(tree), SearchRefusal.Whose.PATTERN);
        assertRefused(new Wish("*").without("[z-a]").request(tree), SearchRefusal.Whose.EXCLUDE);
    }

    private void assertRefused(FindRequest request, SearchRefusal.Whose whose) {
        assertThatThrownBy(() -> inside.find(request))
                .isInstanceOfSatisfying(
                        SearchRefusal.class,
                        refusal -> assertThat(refusal.whose()).isEqualTo(whose));
    }

    @Test
    void a_search_without_time_says_that_there_may_be_more() throws IOException {
        file("a/b/c");
        try (var server = inside.search()) {
            assertThat(server.find(tree.toString(), new Wish("nothing").request(tree), 0)
                            .truncated())
                    .isTrue();
        }
    }

    private void file(String path) throws IOException {
        var file = tree.resolve(path);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    private List<String> find(String pattern) throws IOException {
        return find(new Wish(pattern));
    }

    private List<String> find(Wish wish) throws IOException {
        return inside.find(wish.request(tree)).matches();
    }

    /** A request, as far as it is not by default. */
    private static final class Wish {
        private final String pattern;
        private @Nullable Integer depth;
        private boolean hidden;
        private @Nullable FileType type;
        private @Nullable Integer limit;
        private List<String> without = List.of();
        private @Nullable SizeRange size;
        private @Nullable ModifiedRange modified;

        Wish(String pattern) {
            this.pattern = pattern;
        }

        Wish depth(int most) {
            depth = most;
            return this;
        }

        Wish hidden() {
            hidden = true;
            return this;
        }

        Wish type(FileType only) {
            type = only;
            return this;
        }

        Wish limit(int most) {
            limit = most;
            return this;
        }

        Wish without(String... names) {
            without = List.of(names);
            return this;
        }

        Wish size(Long min, Long max) {
            size = new SizeRange(min, max);
            return this;
        }

        Wish before(Instant end) {
            modified = new ModifiedRange(null, end);
            return this;
        }

        FindRequest request(Path path) {
            return new FindRequest(path.toString(), pattern, depth, hidden, type, limit, without, size, modified, null);
        }
    }
}
