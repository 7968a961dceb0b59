package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One run for all suites of a JVM that do not configure it: its start takes longer than many of them. Each leaves it without
 * sandboxes, and whoever lets it die has it live again.
 */
final class SharedStack implements BeforeAllCallback, AfterAllCallback {
    private static final String SANDBOXES = "/api/v1/sandboxes";
    /** For suites that ask more than anybody does. */
    static final Map<String, String> GENEROUS = Map.of(
            "ELEVO_LIMIT_SANDBOX_CREATE", "100000",
            "ELEVO_LIMIT_WRITE", "100000",
            "ELEVO_LIMIT_READ", "1000000",
            "ELEVO_LIMIT_EXEC", "100000",
            "ELEVO_LIMIT_UPLOAD", "1000",
            // Where the suites have servers of their own.
            "ELEVO_UPSTREAM_ALLOW", "127.0.0.1");

    private static @Nullable RunningStack running;

    RunningStack get() {
        return Objects.requireNonNull(running);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (running == null) {
            running = start();
        } else if (!running.isAlive()) {
            // Whoever failed amid its death is to blame, and nobody else.
            running.startAgain();
        }
    }

    /** It ends with the JVM: suites are run one by one, and none knows which is the last. */
    private static RunningStack start() throws IOException {
        var home = Files.createTempDirectory("elevo-shared");
        var stack = new RunningStack(home, GENEROUS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                stack.close();
                new ProcessBuilder("rm", "-rf", home.toString()).start().waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        return stack;
    }

    @Override
    public void afterAll(ExtensionContext context) {
        var left = get().get(SANDBOXES + "?limit=100&state=creating,running,paused,stopped,failed")
                .data();
        for (var box : left) {
            assertThat(get().delete(SANDBOXES + "/" + box.get("id") + "?force=true")
                            .status())
                    .isEqualTo(204);
        }
    }
}
