package dev.elevo.agent;

import io.micronaut.context.env.Environment;
import io.micronaut.runtime.Micronaut;
import java.nio.file.FileSystemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The framework's start, which in the end says in one line why there was none: whoever waits for the agent repeats it. */
final class Startup extends Micronaut {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    @Override
    protected void handleStartupException(Environment environment, Throwable exception) {
        LOG.error("no start", exception);
        System.out.println("elevo: " + sentence(exception));
        System.out.flush();
        // The way without hooks: what was not put together cannot be taken apart, and this line shall be the last.
        Runtime.getRuntime().halt(1);
    }

    /** What the framework wraps around a cause is about its beans, and no help. */
    static String sentence(Throwable thrown) {
        var cause = thrown;
        while (cause.getCause() != null && cause.getClass().getName().startsWith("io.micronaut.")) {
            cause = cause.getCause();
        }
        // The message of these is the name of the file.
        var text = cause instanceof FileSystemException || cause.getMessage() == null
                ? cause.toString()
                : cause.getMessage();
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
