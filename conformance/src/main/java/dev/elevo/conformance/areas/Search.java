package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.World;
import java.util.List;
import java.util.Map;

/** 2.2: find and grep. */
final class Search extends Area {
    Search() {
        super("search");
        find();
        grep();
    }

    private static String tree(World w) {
        var dir = w.path();
        w.box()
                .write(dir + "/a.txt", "one\ntwo Two\nthree\n")
                .write(dir + "/src/b.c", "int two;\n")
                .write(dir + "/.git/c.txt", "two\n");
        return dir;
    }

    private void find() {
        endpoint("POST /sandboxes/{id}/files/find");
        statement("2.2: a glob without a slash is for names at any depth, one with a slash for paths", w -> {
            var dir = tree(w);
            w.box()
                    .post("/files/find", "path", dir, "pattern", "*.{c,txt}")
                    .is(200)
                    .has("/matches", List.of(dir + "/a.txt", dir + "/src/b.c"))
                    .has("/total", 2)
                    .has("/truncated", false);
            w.box().post("/files/find", "path", dir, "pattern", "src/*").has("/matches", List.of(dir + "/src/b.c"));
            w.box()
                    .post("/files/find", "path", dir, "pattern", "/b\\.[ch]$/")
                    .has("/matches", List.of(dir + "/src/b.c"));
        });
        statement("3.4: hidden ones on request, depth, type, limit, size and excluded directories", w -> {
            var dir = tree(w);
            w.box()
                    .post("/files/find", "path", dir, "pattern", "*.txt", "includeHidden", true)
                    .counts("/matches", 2);
            w.box()
                    .post("/files/find", "path", dir, "pattern", "*", "maxDepth", 0)
                    .counts("/matches", 2);
            w.box()
                    .post("/files/find", "path", dir, "pattern", "*", "type", "dir")
                    .has("/matches", List.of(dir + "/src"));
            w.box()
                    .post("/files/find", "path", dir, "pattern", "*", "limit", 1)
                    .counts("/matches", 1)
                    .has("/truncated", true);
            w.box()
                    .post("/files/find", "path", dir, "pattern", "*", "excludeDirs", List.of("src"), "type", "file")
                    .has("/matches", List.of(dir + "/a.txt"));
            w.box()
                    .post("/files/find", "path", dir, "pattern", "*", "type", "file", "sizeRange", Map.of("min", 10))
                    .has("/matches", List.of(dir + "/a.txt"));
        });
        statement("2.2: nothing there is 3001, a file 3008; a limit above 10000 is 9004", w -> {
            w.box()
                    .post("/files/find", "path", "/tmp/not-there", "pattern", "*")
                    .fails(3001);
            w.box().post("/files/find", "path", "/etc/hosts", "pattern", "*").fails(3008);
            w.box()
                    .post("/files/find", "path", "/tmp", "pattern", "*", "limit", 10_001)
                    .fails(9004);
            w.box().post("/files/find", "path", "/root", "pattern", "*").fails(3004);
        });
    }

    private void grep() {
        endpoint("POST /sandboxes/{id}/files/grep");
        statement("3.4: a match per line, at its first place, with context", w -> {
            var dir = tree(w);
            w.box()
                    .post(
                            "/files/grep",
                            "path",
                            dir,
                            "pattern",
                            "two",
                            "include",
                            "*.txt",
                            "exclude",
                            List.of(".git"),
                            "context",
                            1)
                    .is(200)
                    .counts("/matches", 1)
                    .has("/matches/0/file", dir + "/a.txt")
                    .has("/matches/0/line", 2)
                    .has("/matches/0/column", 1)
                    .has("/matches/0/content", "two Two")
                    .has("/matches/0/contextBefore", List.of("one"))
                    .has("/matches/0/contextAfter", List.of("three"))
                    .has("/total", 1);
        });
        statement("3.4: case, whole words, one file", w -> {
            var dir = tree(w);
            w.box()
                    .post("/files/grep", "path", dir + "/a.txt", "pattern", "TWO")
                    .counts("/matches", 0);
            w.box()
                    .post("/files/grep", "path", dir + "/a.txt", "pattern", "TWO", "caseSensitive", false)
                    .counts("/matches", 1);
            w.box()
                    .post("/files/grep", "path", dir, "pattern", "tw", "wholeWord", true)
                    .counts("/matches", 0);
        });
        statement("2.2: nothing there is 3001; a pattern that is none is 9004", w -> {
            w.box()
                    .post("/files/grep", "path", "/tmp/not-there", "pattern", "x")
                    .fails(3001);
            w.box().post("/files/grep", "path", "/tmp", "pattern", "(").fails(9004);
            w.box().post("/files/grep", "path", "/root", "pattern", "x").fails(3004);
        });
    }
}
