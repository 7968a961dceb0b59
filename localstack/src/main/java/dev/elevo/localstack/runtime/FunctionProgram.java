package dev.elevo.localstack.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a function is started.
 *
 * @param command with the runtime interface client as its main class
 * @param environment besides the launcher's own
 * @param log to which all it prints is appended
 */
public record FunctionProgram(String name, List<String> command, Map<String, String> environment, Path log) {
    public FunctionProgram {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    @Override
    public String toString() {
        return "FunctionProgram[" + name + "]"; // the environment holds secrets
    }
}
