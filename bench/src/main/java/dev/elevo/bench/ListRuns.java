package dev.elevo.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * A page of very many runs, by a filter and in an order, with how many there are in all: by a request to the function, against all of
 * them read from files, one for each, and filtered and sorted in memory.
 */
final class ListRuns implements Benchmark {
    private static final int COUNT = 100_000;
    private static final int PAGE = 20;
    private static final int HEAP = 2048;

    /** What a list says, as far as both ways must agree on it. */
    private record Found(List<String> names, long total) {}

    @Override
    public String name() {
        return "runs";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var state = new StateServer(scratch, HEAP);
                var client = state.patientClient();
                var runs = new ManyRuns(scratch, state.configuration(), client)) {
            runs.fill(COUNT);
            var right = readFiles(runs);
            if (right.total() == 0) {
                throw new WrongReply("the files hold none that is wanted");
            }
            var times = new Turns(3, 50, 1)
                    .take(
                            Latency.of(() -> mustBe(right, list(runs))).operation(),
                            Latency.of(() -> mustBe(right, readFiles(runs))).operation());
            var ours = times.ours();
            var peer = times.peers().median();
            return List.of(new Line.Ratio(
                    "runs of one project that failed, by name, out of 100000",
                    "reading files",
                    "ms",
                    ours.median(),
                    peer,
                    ours.median() / peer,
                    ours.at(0.1) / peer,
                    ours.at(0.9) / peer,
                    times.peers().sorted().size(),
                    times.discarded(),
                    Target.atMost(0.01, 0.01)));
        }
    }

    private static void mustBe(Found right, Found found) {
        if (!found.equals(right)) {
            throw new WrongReply("listed " + found + " instead of " + right);
        }
    }

    private static Found list(ManyRuns runs) {
        var page = Json.object(runs.ask(
                "GET",
                "/api/v1/runs",
                "project=" + ManyRuns.PROJECT + "&status=failed&sort_by=name&sort_order=asc&limit=" + PAGE,
                null));
        var names = Json.objects(page, "data").stream()
                .map(run -> Json.text(run, "name"))
                .toList();
        if (page.get("pagination") instanceof Map<?, ?> pagination
                && pagination.get("total") instanceof Integer total) {
            return new Found(names, total);
        }
        throw new WrongReply("a page without a total");
    }

    private static Found readFiles(ManyRuns runs) {
        try (var files = Files.list(runs.folder())) {
            var wanted = new ArrayList<>(files.map(ListRuns::read)
                    .map(Json::object)
                    .filter(run -> ManyRuns.PROJECT.equals(run.get("project")) && "failed".equals(run.get("status")))
                    .map(run -> Json.text(run, "name"))
                    .toList());
            wanted.sort(Comparator.naturalOrder());
            return new Found(wanted.stream().limit(PAGE).toList(), wanted.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
