package dev.elevo.localstack;

import dev.elevo.localstack.launch.BadOptionsException;
import dev.elevo.localstack.launch.Leftovers;
import dev.elevo.localstack.launch.NotStartedException;
import dev.elevo.localstack.launch.Opened;
import dev.elevo.localstack.launch.Options;
import dev.elevo.localstack.launch.Stack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Runs the stack until it is told to stop; for the start script, also ends what a killed run left. */
public final class Main {
    private static final String DOWN = "--down";
    private static final int BAD_OPTIONS = 2;
    private static final int PATIENCE_SECONDS = 10;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            var words = List.of(arguments);
            if (words.size() == 2 && words.getFirst().equals(DOWN)) {
                Leftovers.stop(Path.of(words.getLast())).forEach(IO::println);
            } else {
                run(Options.read(words, System.getenv()));
            }
        } catch (BadOptionsException e) {
            say(e.getMessage());
            System.exit(BAD_OPTIONS);
        } catch (NotStartedException e) {
            say(e.getMessage());
            System.exit(1);
        } catch (IOException | RuntimeException e) {
            LoggerFactory.getLogger(Main.class).error("failed", e);
            say(e.getMessage() + "\nthe trace of it is in gateway.log, in the folder logs of the home");
            System.exit(1);
        }
    }

    /** Returns never, or with what it failed by: whatever was opened until then is closed as the process ends. */
    private static void run(Options options) throws IOException, InterruptedException {
        var opened = new Opened();
        var started = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(opened, started, stopped), "stop"));
        try {
            IO.println(Stack.start(options, opened).greeting());
        } finally {
            started.countDown();
        }
        stopped.await();
    }

    private static void stop(Opened opened, CountDownLatch started, CountDownLatch stopped) {
        if (opened.isComplete()) {
            say("stopping; requests under way are waited for, 25 s at the most");
        }
        try {
            opened.close();
            // What a start that goes on still opens is closed there, and the process must not end before.
            if (!started.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                say("ended in the middle of its start; ./elevo down stops what that may have left");
            }
        } catch (IOException e) {
            say("not stopped cleanly: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopped.countDown();
    }

    private static void say(@Nullable String sentences) {
        System.err.println("elevo: " + sentences);
    }
}
