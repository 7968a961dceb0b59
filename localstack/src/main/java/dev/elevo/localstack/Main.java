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
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Runs the stack until it is told to stop; for the start script, also checks options and ends what a killed run left. */
public final class Main {
    private static final String CHECK = "--check";
    private static final String DOWN = "--down";
    private static final int BAD_OPTIONS = 2;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            var words = List.of(arguments);
            if (words.size() == 2 && words.getFirst().equals(DOWN)) {
                Leftovers.stop(Path.of(words.getLast())).forEach(IO::println);
            } else if (words.contains(CHECK)) {
                Options.read(words.stream().filter(word -> !word.equals(CHECK)).toList(), System.getenv());
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
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(opened, stopped), "stop"));
        IO.println(Stack.start(options, opened).greeting());
        stopped.await();
    }

    private static void stop(Opened opened, CountDownLatch stopped) {
        try {
            opened.close();
        } catch (IOException e) {
            say("not stopped cleanly: " + e.getMessage());
        }
        stopped.countDown();
    }

    private static void say(@Nullable String sentences) {
        System.err.println("elevo: " + sentences);
    }
}
