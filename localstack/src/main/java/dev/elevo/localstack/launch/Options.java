package dev.elevo.localstack.launch;

import dev.elevo.contract.Area;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the one who starts it wants.
 *
 * @param installation where the build is; told by the start script
 * @param port of the gateway; 0 is any free one
 * @param bind the address it listens on
 * @param instances of each function, which take turns; on Lambda there are as many as there are requests at once
 * @param runtimeApi whether functions run in processes of their own, as on Lambda
 * @param heldToRights whether each function may do in the tables only what its role may in the cloud
 * @param dynamoDbEndpoint empty for a DynamoDB Local of our own
 * @param postgresUrl empty for a PostgreSQL of our own
 */
public record Options(
        Path installation,
        Path home,
        int port,
        String bind,
        int instances,
        boolean runtimeApi,
        boolean heldToRights,
        String dynamoDbEndpoint,
        String postgresUrl,
        Map<String, String> environment) {
    private static final String DEFAULT_PORT = "8080";
    private static final String RUNTIME_API = "--runtime-api";
    private static final String USAGE = """
            usage: ./elevo up [--detach] [--runtime-api]
              --runtime-api   run each function as a process of its own through Lambda's runtime interface client,
                              instead of all in one; ELEVO_INSTANCES is the number of processes of each (default 1)
            Other options are environment variables; docs/options.md lists them.""";

    public static Options read(List<String> arguments, Map<String, String> environment) {
        for (var argument : arguments) {
            if (!argument.equals(RUNTIME_API)) {
                throw new BadOptionsException(List.of("unknown argument: " + argument, USAGE));
            }
        }
        var installation = System.getProperty("elevo.installation");
        if (installation == null) {
            throw new NotStartedException("start it with ./elevo up, which says where the build is");
        }
        OptionRules.check(environment);
        return new Options(
                Path.of(installation).toAbsolutePath(),
                Path.of(orElse(environment, "ELEVO_HOME", ".elevo")).toAbsolutePath(),
                Integer.parseInt(orElse(environment, "ELEVO_PORT", DEFAULT_PORT)),
                orElse(environment, "ELEVO_BIND", "127.0.0.1"),
                Integer.parseInt(orElse(environment, "ELEVO_INSTANCES", "1")),
                arguments.contains(RUNTIME_API),
                orElse(environment, "ELEVO_HELD_TO_RIGHTS", "0").equals("1"),
                environment.getOrDefault("ELEVO_DYNAMODB_ENDPOINT", ""),
                environment.getOrDefault("ELEVO_POSTGRES_URL", ""),
                Map.copyOf(environment));
    }

    /** Whether each sandbox gets a machine of its own elsewhere, and none is on this one. */
    boolean hasMachines() {
        return orElse(environment, "ELEVO_ENGINE", "local").equals("microvm");
    }

    /** How often a timed event comes: {@code ELEVO_<NAME>_MS}, else as the table of areas has it. */
    Duration period(Area.Schedule schedule) {
        var name = "ELEVO_" + schedule.name().toUpperCase(Locale.ROOT) + "_MS";
        return Duration.ofMillis(Long.parseLong(
                orElse(environment, name, Long.toString(schedule.every().toMillis()))));
    }

    private static String orElse(Map<String, String> environment, String name, String standard) {
        var value = environment.getOrDefault(name, "");
        return value.isEmpty() ? standard : value;
    }
}
