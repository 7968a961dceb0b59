package dev.elevo.bench;

import java.nio.file.Files;
import java.util.List;

/** A program that only computes, in a sandbox of the usual size and beside it. */
final class Cpu implements Benchmark {
    /** Numbers and memory: what fits into a cache and what does not. */
    private static final String PROGRAM = """
            cat > work.c <<'C'
            #include <stdint.h>
            #include <stdio.h>
            static uint32_t table[1 << 20];
            int main(void) {
                uint64_t x = 88172645463325252u, sum = 0;
                for (uint32_t i = 0; i < 40u * 1000 * 1000; i++) {
                    x ^= x << 13; x ^= x >> 7; x ^= x << 17;
                    sum += table[x >> 44] += (uint32_t)x;
                }
                printf("%llx\\n", (unsigned long long)sum);
            }
            C
            gcc -O2 -o work work.c
            ./work
            """;

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var wire = new LocalRun(scratch).connect()) {
            var inside = Shell.inside(OurSandbox.create(wire, "{}"));
            var outside = Shell.outside(Files.createDirectory(scratch.folder().resolve("outside")));
            var sum = outside.run(PROGRAM).strip();
            if (!inside.run(PROGRAM).strip().equals(sum)
                    || !inside.run("sha256sum work").equals(outside.run("sha256sum work"))) {
                throw new WrongReply("inside it is another program");
            }
            return List.of(new Contest(
                            "computing in a sandbox",
                            "outside",
                            "ms",
                            Target.atMost(1.02, 1.02),
                            new Fastest(inside.timing(":", "./work > out", "cat out", sum)),
                            new Fastest(outside.timing(":", "./work > out", "cat out", sum)))
                    .run());
        }
    }
}
