package dev.elevo.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A client in another language, at work on a stack by the tools of that language. */
final class ForeignProgram implements AutoCloseable {
    private static final int PATIENCE_MINUTES = 5;

    private final String command;
    private final Path said;
    private final Process process;

    private ForeignProgram(String command, Path said, Process process) {
        this.command = command;
        this.said = said;
        this.process = process;
    }

    /** Starts it in the folder of one of the clients. */
    static ForeignProgram start(RunningStack stack, String client, String command) throws IOException {
        var said = Files.createTempFile("elevo-client", ".log");
        var builder = new ProcessBuilder("sh", "-ec", command)
                .directory(
                        RunningStack.root().resolve("clients").resolve(client).toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("WORKSPACE_API_URL", stack.ready("url").toString());
        builder.environment().put("WORKSPACE_API_KEY", stack.adminKey());
        return new ForeignProgram(command, said, builder.start());
    }

    /** What it said tells why it did not. */
    void succeeds() throws IOException, InterruptedException {
        var hasEnded = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
        var words = command + "\n" + Files.readString(said);
        assertThat(hasEnded).as(words).isTrue();
        assertThat(process.exitValue()).as(words).isZero();
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        Files.delete(said);
    }
}
