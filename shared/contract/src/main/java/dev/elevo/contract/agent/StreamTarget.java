package dev.elevo.contract.agent;

import io.micronaut.serde.annotation.Serdeable;
import java.util.Map;

/**
 * What a connection is about, inside its sandbox.
 *
 * @param kind chooses who serves it
 * @param parameters as whoever serves it spells them
 */
@Serdeable
public record StreamTarget(String kind, Map<String, String> parameters) {
    public static final String PTY = "pty";
    public static final String CONSOLE = "console";
    public static final String PROCESS = "process";

    public static final String PID = "pid";
    public static final String HISTORY = "includeHistory";
    public static final String CURSOR = "cursor";

    public StreamTarget {
        parameters = Map.copyOf(parameters);
    }
}
