package dev.elevo.agent.helper;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program to start.
 *
 * @param user by its name inside the sandbox
 * @param arguments the program first; without a slash it is looked for in the environment's PATH
 * @param bareEnvironment the environment is whole; otherwise HOME, USER, PATH and their like are added where they are missing
 * @param timeout when the helper ends the process group; null is never
 * @param terminal null for pipes
 * @param note what the helper gives back when the process is attached to again
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way; nobody compares them
public record ExecRequest(
        String user,
        String directory,
        List<String> arguments,
        Map<String, String> environment,
        boolean bareEnvironment,
        Stdin stdin,
        @Nullable Terminal terminal,
        @Nullable Timeout timeout,
        byte[] note) {

    public ExecRequest {
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** Where the program reads from. */
    public sealed interface Stdin {}

    /** {@code /dev/null}. */
    public record NoInput() implements Stdin {}

    /** These bytes, then the end. */
    public record GivenInput(byte[] bytes) implements Stdin {}

    /** What {@link HelperProcess#write} brings. */
    public record OpenInput() implements Stdin {}

    /**
     * How long it may run.
     *
     * @param warned what it began can be taken back: SIGTERM comes first, and SIGKILL five seconds later
     */
    public record Timeout(Duration after, boolean warned) {
        public static Timeout killing(Duration after) {
            return new Timeout(after, false);
        }

        public static Timeout warning(Duration after) {
            return new Timeout(after, true);
        }
    }

    /** The size of a pseudo terminal. */
    public record Terminal(int rows, int columns) {}
}
