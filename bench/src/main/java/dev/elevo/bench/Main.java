package dev.elevo.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the benchmarks that are named, or all, and prints the table; {@code page} writes what was recorded into
 * {@code docs/performance.md}, {@code profile} prints where the time of a request goes. Exits with 1 when a reply was wrong: then there is no figure.
 */
public final class Main {
    private static final List<Benchmark> BENCHMARKS = List.of(
            new CreateRun(),
            new Create(),
            new Fork(),
            new Volume(),
            new SnapshotRestore(),
            new SnapshotRun(),
            new Burst(),
            new Exec(),
            new Terminal(),
            new Pause(),
            new Idle(),
            new Cpu(),
            new Metadata(),
            new ListSandboxes(),
            new ListRuns(),
            new Limiter(),
            new KeyLookup(),
            new Micro(),
            new AuditQuery(),
            new LocalGateway(),
            new Forward(),
            new GetSandbox(),
            new Grep(),
            new Lsp(),
            new SmallFiles(),
            new LargeFiles(),
            new Output(),
            new GitBenchmark(),
            new Pages(),
            new Up(),
            new Cold());

    private Main() {}

    /**
     * Runs what is named.
     *
     * @param arguments names, also several in one argument with spaces between; none for all
     */
    public static void main(String[] arguments) throws Exception {
        var names = List.of(String.join(" ", arguments).strip().split(" +"));
        var report = new Report(LocalRun.repository().resolve("bench/target/report"), Commit.ofTree());
        if (names.equals(List.of("page"))) {
            writePage(report);
            return;
        }
        if (names.equals(List.of(Profile.NAME))) {
            Profile.print();
            return;
        }
        var all = names.equals(List.of("")) || names.equals(List.of("all"));
        var chosen = all ? BENCHMARKS : names.stream().map(Main::named).toList();
        var lines = new ArrayList<Line>();
        for (var benchmark : chosen) {
            IO.println(benchmark.name() + " …");
            var found = run(benchmark);
            report.write(benchmark.name(), found);
            lines.addAll(found);
        }
        IO.print(report.table(lines));
        if (lines.stream().anyMatch(Line::broken)) {
            System.exit(1);
        }
    }

    private static Benchmark named(String name) {
        return BENCHMARKS.stream()
                .filter(benchmark -> benchmark.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no benchmark " + name
                        + "; there are all, page, profile, "
                        + String.join(
                                ", ", BENCHMARKS.stream().map(Benchmark::name).toList())));
    }

    /** One that fails must not keep the others from running. */
    private static List<Line> run(Benchmark benchmark) {
        try {
            return benchmark.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of(new Line.Failed(benchmark.name(), "interrupted"));
        } catch (Exception e) {
            return List.of(Line.Failed.by(e, benchmark.name()));
        }
    }

    /** The cold starts have a table of their own: four rows for each function. */
    private static void writePage(Report report) throws IOException {
        var file = LocalRun.repository().resolve("docs/performance.md");
        var page = Files.readString(file);
        var table = report.markdown(table(page, "table"), name -> !name.equals(Cold.NAME));
        var coldStarts = report.markdown(table(page, "cold starts"), name -> name.equals(Cold.NAME));
        Files.writeString(file, with(with(page, "table", table), "cold starts", coldStarts));
        Files.writeString(file.resolveSibling("images/performance.svg"), Plot.of(Report.rows(table)));
        IO.println("wrote " + file + " and its picture");
    }

    private static String table(String page, String name) {
        return page.substring(begin(page, name), end(page, name));
    }

    private static String with(String page, String name, String table) {
        return page.substring(0, begin(page, name)) + table + page.substring(end(page, name));
    }

    private static int begin(String page, String name) {
        var mark = "<!-- begin of the generated " + name + " -->\n";
        return place(page, mark) + mark.length();
    }

    private static int end(String page, String name) {
        return place(page, "<!-- end of the generated " + name + " -->");
    }

    private static int place(String page, String mark) {
        var at = page.indexOf(mark);
        if (at < 0) {
            throw new IllegalStateException("the page has no " + mark.strip());
        }
        return at;
    }
}
