package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a document has a reader type: its {@code sh} blocks, in their order, as one script. A block behind a comment
 * {@code <!-- not run: why -->} is only shown. What a block is shown to answer is held against what it answers: its comments that begin
 * with a brace, and a {@code text} or {@code json} block right behind it; an ellipsis stands for anything, and space for nothing.
 */
record ShellDocument(String name, List<Block> blocks) {
    private static final Pattern NOT_RUN = Pattern.compile("<!-- not run: (.*) -->");
    private static final Pattern ANSWER = Pattern.compile("(?m)^# (\\{.*)$");
    private static final long PATIENCE_SECONDS = 600;

    /**
     * @param line of the document, from 1
     * @param notRun why not, empty where it is run
     * @param answers what it is shown to answer, empty where nothing is shown
     */
    record Block(int line, String text, String notRun, String answers) {}

    /** @param address what the document's usual one is here */
    static ShellDocument read(String name, String address) throws IOException {
        var lines = Files.readString(RunningStack.root().resolve(name))
                .replace("localhost:8080", address)
                .lines()
                .toList();
        var blocks = new ArrayList<Block>();
        for (var i = 0; i < lines.size(); i++) {
            if (lines.get(i).equals("```sh")) {
                var end = end(lines, i);
                var text = String.join("\n", lines.subList(i + 1, end));
                var shown = ANSWER.matcher(text).results().map(found -> found.group(1));
                var answers = shown.collect(Collectors.joining("…")) + answersBehind(lines, end);
                blocks.add(new Block(i + 1, text, reasonBefore(lines, i), answers));
                i = end;
            }
        }
        assertThat(blocks).as("blocks of " + name).isNotEmpty();
        return new ShellDocument(name, blocks);
    }

    private static int end(List<String> lines, int begin) {
        var end = begin + 1;
        while (!lines.get(end).equals("```")) {
            end++;
        }
        return end;
    }

    private static String reasonBefore(List<String> lines, int begin) {
        var before = begin - 1;
        while (before > 0 && lines.get(before).isBlank()) {
            before--;
        }
        var marked = NOT_RUN.matcher(lines.get(Math.max(before, 0)));
        return marked.matches() ? marked.group(1) : "";
    }

    private static String answersBehind(List<String> lines, int end) {
        var next = end + 1;
        while (next < lines.size() && lines.get(next).isBlank()) {
            next++;
        }
        var isAnswer = next < lines.size() && lines.get(next).matches("```(text|json)");
        return isAnswer ? "…" + String.join("\n", lines.subList(next + 1, end(lines, next))) : "";
    }

    /**
     * Fails with the block that failed, and what it said.
     *
     * @param directory a checkout, as far as the document needs one
     */
    void run(Path directory, Map<String, String> environment) throws IOException, InterruptedException {
        var said = Files.createTempDirectory(directory, "said");
        // Curl is content with any answer; a reader would not be. What a block leaves running ends with the script.
        var script = new StringBuilder("""
                set -euo pipefail
                curl() { command curl --fail-with-body "$@"; }
                trap 'jobs -p | xargs -r kill 2>/dev/null || true' EXIT
                """);
        for (var block : blocks) {
            if (block.notRun().isEmpty()) {
                script.append("exec >" + said.resolve(Integer.toString(block.line())) + " 2>&1\n");
                script.append(block.text()).append('\n');
            } else {
                System.out.println(name + ":" + block.line() + " is not run: " + block.notRun());
            }
        }
        var file = Files.writeString(Files.createTempFile(directory, "script", ".sh"), script);
        var builder = new ProcessBuilder("bash", file.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.resolve("0").toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().keySet().removeIf(variable -> variable.matches("(WORKSPACE|ELEVO)_.*"));
        builder.environment().putAll(environment);
        check(builder.start(), said);
    }

    private void check(Process process, Path said) throws IOException, InterruptedException {
        var hasEnded = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!hasEnded) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        var run = blocks.stream()
                .filter(block -> Files.exists(said.resolve(Integer.toString(block.line()))))
                .toList();
        for (var block : run) {
            var heard = Files.readString(said.resolve(Integer.toString(block.line())));
            var isLast = block.equals(run.getLast());
            var told = "%s:%d%n%s%nanswered%n%s".formatted(name, block.line(), block.text(), heard);
            assertThat(!isLast || hasEnded).as("does not end: " + told).isTrue();
            assertThat(isLast ? process.exitValue() : 0).as(told).isZero();
            assertThat(squeezed(heard)).as(told).matches(answers -> holds(answers, block.answers()), block.answers());
        }
        assertThat(process.exitValue()).as(Files.readString(said.resolve("0"))).isZero();
    }

    private static boolean holds(String answers, String shown) {
        var from = 0;
        for (var part : squeezed(shown).split("…")) {
            var found = answers.indexOf(part, from);
            if (found < 0) {
                return false;
            }
            from = found + part.length();
        }
        return true;
    }

    private static String squeezed(String text) {
        return text.replaceAll("\\s", "");
    }
}
