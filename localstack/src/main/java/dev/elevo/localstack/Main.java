package dev.elevo.localstack;

import dev.elevo.localstack.launch.Options;
import dev.elevo.localstack.launch.Stack;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the stack until it is told to stop. */
public final class Main {
    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        Stack stack;
        try {
            stack = Stack.start(Options.read(List.of(arguments), System.getenv()));
        } catch (IOException | RuntimeException e) {
            LOG.debug("start failed", e);
            System.err.println("elevo: " + e.getMessage());
            System.exit(1);
            return;
        }
        var stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stack, stopped), "stop"));
        System.out.println(stack.greeting());
        stopped.await();
    }

    private static void stop(Stack stack, CountDownLatch stopped) {
        try {
            stack.close();
        } catch (IOException e) {
            System.err.println("elevo: not stopped cleanly: " + e.getMessage());
        }
        stopped.countDown();
    }
}
