package dev.elevo.bench;

import java.nio.file.Files;
import java.util.List;

/** Work on many small files, in a sandbox and beside it, on the same disk. */
final class Metadata implements Benchmark {
    private static final String REPOSITORY = """
            set -e
            git init -q repository && cd repository
            for d in {1..200}; do
                mkdir -p "source/$d"
                for f in {1..25}; do printf 'line %s of %s\\n%0400d\\n' "$f" "$d" "$f" > "source/$d/$f.txt"; done
            done
            git add -A
            git -c user.name=bench -c user.email=bench@localhost commit -qm all
            git gc -q
            """;

    /** As node_modules are: a package a folder, a handful of files in each. */
    private static final String ARCHIVE = """
            set -e
            for p in {1..2000}; do
                mkdir -p "packages/$p/lib"
                for f in {1..5}; do
                    printf '%0200d\\n' "$f" > "packages/$p/$f.json"
                    printf '%0900d\\n' "$f" > "packages/$p/lib/$f.js"
                done
            done
            tar cf packages.tar packages
            rm -rf packages
            """;

    @Override
    public String name() {
        return "metadata";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            var inside = Shell.inside(OurSandbox.create(wire, "{\"resources\": {\"cpu\": 2, \"memoryMB\": 4096}}"));
            var outside = Shell.outside(Files.createDirectory(scratch.folder().resolve("outside")));
            for (var shell : List.of(inside, outside)) {
                shell.run(REPOSITORY);
                shell.run(ARCHIVE);
            }
            return List.of(
                    contest(
                            "git clone of 5000 files in a sandbox",
                            inside,
                            outside,
                            "git clone -q repository copy",
                            5000),
                    contest(
                            "unpacking 20000 files in a sandbox",
                            inside,
                            outside,
                            "mkdir copy; tar xf packages.tar -C copy --no-same-owner",
                            20_000));
        }
    }

    private static Line contest(String name, Shell inside, Shell outside, String work, int files) throws Exception {
        return new Contest(
                        name,
                        "outside",
                        "ms",
                        Target.atMost(1.1, 1.1),
                        side(inside, work, files),
                        side(outside, work, files))
                .run();
    }

    /** What is there before and after is the same each time. */
    private static Measure side(Shell shell, String work, int files) {
        var count = "find copy -name .git -prune -o -type f -print | wc -l; rm -rf copy";
        return new Once(shell.timing("rm -rf copy", work, count, Integer.toString(files)));
    }
}
