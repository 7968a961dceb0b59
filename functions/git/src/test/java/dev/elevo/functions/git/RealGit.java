package dev.elevo.functions.git;

import dev.elevo.contract.process.RunResult;
import dev.elevo.contract.process.ToolRun;
import dev.elevo.contract.testing.Eventually;
import dev.elevo.platform.testing.Surrounded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The function, whose scripts this machine's git runs. */
final class RealGit implements AutoCloseable {
    private static final int STOPPED = 143;

    private final Surrounded surrounded = new Surrounded().with("elevo.max.wait.ms", 20_000);
    private final GitFunction function = surrounded.start(GitFunction::new);
    private final Map<String, String> environment = new HashMap<>();
    private final Path home;

    RealGit(Path home) throws IOException {
        this.home = home.toRealPath();
        surrounded.agent().runToolsWith(this::run);
    }

    GitFunction function() {
        return function;
    }

    /** One with two commits, of Owner and of Ann, in a directory of the home with this name; and changes that are not staged. */
    RealRepository repository(String name) throws IOException {
        environment.clear();
        environment.putAll(Map.of("HOME", home.toString(), "GIT_CONFIG_NOSYSTEM", "1"));
        var top = Files.createDirectories(
                Files.createTempDirectory(home, "repository").resolve(name));
        var repository = new RealRepository(this, surrounded.sandbox(function), top);
        repository.sh("git init -q -b main . && git config user.name Owner && git config user.email owner@example.org"
                + " && mkdir sub && echo 1 > sub/b && git add . && git commit -qm 'one (first)'"
                + " && echo 1 > a.txt && git add . && git commit -qm two --author='Ann <ann@example.org>'"
                + " && echo 2 > a.txt && echo 2 > sub/b && echo 1 > ../outside");
        return repository;
    }

    /** In it the runs of this test find their programs. */
    void path(Path directory) {
        environment.put("PATH", directory.toString());
    }

    /** Whoever writes this file has used up the time of what runs: ours takes ten minutes. */
    Path timeIsOver() {
        return home.resolve("time-is-over");
    }

    private RunResult run(ToolRun tool) {
        return run(tool.line(), Path.of(tool.cwd()), tool.env(), Objects.requireNonNullElse(tool.input(), ""));
    }

    RunResult run(List<String> line, Path directory, Map<String, String> variables, String input) {
        try {
            var stdout = Files.createTempFile(home, "out", "");
            var stderr = Files.createTempFile(home, "err", "");
            var stdin = Files.writeString(Files.createTempFile(home, "in", ""), input);
            var builder = new ProcessBuilder(line)
                    .directory(directory.toFile())
                    .redirectInput(stdin.toFile())
                    .redirectOutput(stdout.toFile())
                    .redirectError(stderr.toFile());
            builder.environment().putAll(variables);
            builder.environment().putAll(environment);
            var process = builder.start();
            var timedOut = isTimedOut(process);
            var code = process.waitFor();
            return new RunResult(
                    timedOut ? STOPPED : code,
                    Files.readString(stdout),
                    Files.readString(stderr),
                    null,
                    null,
                    1,
                    timedOut,
                    false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Until it has ended, or its time is over: then it and all that it has started are told so. */
    private boolean isTimedOut(Process process) throws IOException {
        Eventually.await(() -> !process.isAlive() || Files.exists(timeIsOver()));
        if (!Files.deleteIfExists(timeIsOver())) {
            return false;
        }
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        return true;
    }

    @Override
    public void close() {
        function.close();
        surrounded.close();
    }
}
