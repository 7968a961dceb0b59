package dev.elevo.agent.process;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.HelperRefusal;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.SandboxSpec;
import dev.elevo.contract.process.Chart;
import dev.elevo.contract.process.CodeRunRequest;
import dev.elevo.contract.process.RunRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Puts code into a private place, says how it is run from there, and fetches what it drew. */
final class CodeRuns {
    private static final int NO_LANGUAGE = 42;
    private static final String PREPARE = """
            umask 077
            eval "$3" >/dev/null 2>&1 </dev/null || exit 42
            mkdir "$1" && cat > "$1/$2" || exit 43
            if [ $# -gt 3 ]; then mkdir "$1/charts" "$1/hooks" && printf %s "$4" > "$1/hooks/sitecustomize.py" || exit 43; fi
            """;

    private static final String WITH_CHARTS = """
            ELEVO_CHARTS="$2/charts" PYTHONPATH="$2/hooks${PYTHONPATH:+:$PYTHONPATH}"
            export ELEVO_CHARTS PYTHONPATH
            """;

    private static final int MOST_CHARTS = 20;
    private static final int MOST_CHARTS_BYTES = 4 << 20;
    private static final String COLLECT = """
            cd "$1/charts" 2>/dev/null || exit 0
            for f in [0-9]*; do
              [ -f "$f" ] && [ ! -L "$f" ] || continue
              printf '%s ' "$f"; head -c "$2" < "$f" | base64 | tr -d '\\n'; echo
            done
            """;
    private static final Pattern CHART = Pattern.compile("\\d{4,6}\\.(?<kind>png|html|json) (?<data>[A-Za-z0-9+/=]*)");

    private final SandboxSpec spec;
    private final PrivatePlaces places;
    private final Errand errand;

    CodeRuns(SandboxSpec spec, PrivatePlaces places, Errand errand) {
        this.spec = spec;
        this.places = places;
        this.errand = errand;
    }

    ProcessNote note(CodeRunRequest request, @Nullable String onceKey) {
        var runner = CodeRunner.of(request.language());
        var charts = Boolean.TRUE.equals(request.captureCharts());
        var asRun = new RunRequest(
                runner.program(),
                false,
                request.args(),
                request.cwd(),
                request.env(),
                false,
                request.user(),
                null,
                Objects.requireNonNullElse(request.timeoutMs(), CodeRunRequest.DEFAULT_TIMEOUT_MS),
                request.waitMs(),
                null,
                null,
                request.input());
        return Commands.note(asRun, spec, onceKey, Purpose.code(charts));
    }

    /** From here on there is something to remove. */
    void prepare(CodeRunRequest request, ProcessNote note) throws IOException {
        var runner = CodeRunner.of(request.language());
        var arguments = new ArrayList<>(List.of(places.of(note.token()), runner.fileName(), runner.check()));
        if (capturesCharts(runner, note)) {
            arguments.add(hooks());
        }
        places.note(note.token(), note.user());
        try {
            var line = new ArrayList<>(List.of("/bin/sh", "-c", PREPARE, "sh"));
            line.addAll(arguments);
            var outcome = errand.run(note.user(), note.cwd(), line, note.env(), Commands.given(request.code()), 0);
            if (outcome.code() == NO_LANGUAGE) {
                throw new Failure.Refused(
                                ErrorCode.LANGUAGE_NOT_SUPPORTED,
                                "The sandbox has no " + runner.program() + " for " + runner.language()
                                        + "; take a template with it, or put it on the sandbox's PATH (Debian: "
                                        + runner.packages() + ")",
                                Map.of("language", runner.language(), "program", runner.program()))
                        .asException();
            }
            if (outcome.code() != 0) {
                throw StartFailures.commandFailed(
                                "The code cannot be put into the sandbox", "reason", "no room or no right in /tmp")
                        .asException();
            }
        } catch (HelperRefusal refusal) {
            throw StartFailures.of(refusal, note).causedBy(refusal);
        }
    }

    List<String> line(CodeRunRequest request, ProcessNote note) {
        var runner = CodeRunner.of(request.language());
        var place = places.of(note.token());
        var script = (capturesCharts(runner, note) ? WITH_CHARTS : "") + runner.run();
        var line = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh", place + "/" + runner.fileName(), place));
        line.addAll(note.args());
        return line;
    }

    private static boolean capturesCharts(CodeRunner runner, ProcessNote note) {
        return runner == CodeRunner.PYTHON && note.why().charts();
    }

    /** All of it comes from the program, whatever it did to the place. */
    KeptCharts charts(ProcessNote note) throws IOException {
        // A byte more than is kept of one tells that it is too large.
        var outcome = errand.script(
                note.user(),
                Map.of(),
                COLLECT,
                List.of(places.of(note.token()), Integer.toString(MOST_CHARTS_BYTES + 1)),
                new ExecRequest.NoInput(),
                2 * MOST_CHARTS_BYTES);
        var charts = new ArrayList<Chart>();
        var cut = outcome.code() != 0;
        var room = MOST_CHARTS_BYTES;
        for (var line : new String(outcome.output(), StandardCharsets.US_ASCII).split("\n")) {
            var found = CHART.matcher(line);
            if (!found.matches()) {
                continue;
            }
            var bytes = decoded(found.group("data"));
            if (bytes.length == 0 || bytes.length > room || charts.size() == MOST_CHARTS) {
                cut |= bytes.length > 0;
                continue;
            }
            room -= bytes.length;
            charts.add(chart(found.group("kind"), bytes));
        }
        return new KeptCharts(charts, cut);
    }

    /** Nothing for what was cut off in its middle. */
    private static byte[] decoded(String base64) {
        return base64.length() % 4 == 0 ? Base64.getMimeDecoder().decode(base64) : new byte[0];
    }

    private static Chart chart(String kind, byte[] bytes) {
        return switch (kind) {
            case "png" -> new Chart("image", Base64.getEncoder().encodeToString(bytes), "image/png");
            case "html" -> new Chart("html", new String(bytes, StandardCharsets.UTF_8), "text/html");
            default -> new Chart("json", new String(bytes, StandardCharsets.UTF_8), "application/vnd.plotly.v1+json");
        };
    }

    private static String hooks() {
        try (var resource = CodeRuns.class.getResourceAsStream("sitecustomize.py")) {
            return new String(Objects.requireNonNull(resource).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
