package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/** A client in another language, which is built and tried by the tools of that language, against a running stack. */
record ClientFolder(Path path, RunningStack stack) {
    static ClientFolder of(String name, RunningStack stack) {
        var root = Stream.iterate(Path.of("").toAbsolutePath(), Objects::nonNull, Path::getParent)
                .filter(directory -> Files.exists(directory.resolve("elevo")))
                .findFirst()
                .orElseThrow();
        return new ClientFolder(root.resolve("clients").resolve(name), stack);
    }

    /** It must succeed; what it said tells why it did not. */
    void run(String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).directory(path.toFile()).redirectErrorStream(true);
        builder.environment().put("WORKSPACE_API_URL", stack.ready("url").toString());
        builder.environment().put("WORKSPACE_API_KEY", stack.adminKey());
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(() -> String.join(" ", command) + "\n" + said)
                .isZero();
    }
}
