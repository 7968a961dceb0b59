package dev.elevo.conformance;

import dev.elevo.conformance.dsl.Target;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Runs the suite by command. */
public final class Main {
    private Main() {}

    /**
     * Runs.
     *
     * @param arguments {@code --url URL [--key KEY] [--area NAME,NAME] [--at-a-time CASES] [--report DIRECTORY]};
     *     without a key, that of {@code
     *     WORKSPACE_API_KEY}, which nobody else sees
     * @throws Exception if the reports cannot be written, or nothing answers
     */
    public static void main(String[] arguments) throws Exception {
        try {
            System.exit(run(arguments) ? 0 : 1);
        } catch (UsageException e) {
            System.err.println("conformance: " + e.getMessage());
            System.exit(2);
        }
    }

    private static boolean run(String[] arguments) throws Exception {
        var url = "";
        var key = environment("WORKSPACE_API_KEY");
        var areas = Set.<String>of();
        var atATime = Conformance.USUALLY_AT_A_TIME;
        var report = Path.of("conformance-report");
        var left = new ArrayDeque<>(List.of(arguments));
        while (!left.isEmpty()) {
            var option = left.pop();
            if (left.isEmpty()) {
                throw new UsageException("nothing follows " + option);
            }
            var value = left.pop();
            switch (option) {
                case "--url" -> url = value;
                case "--key" -> key = value;
                case "--area" -> areas = Set.copyOf(List.of(value.split(",")));
                case "--at-a-time" -> atATime = number(value);
                case "--report" -> report = Path.of(value);
                default -> throw new UsageException("unknown option " + option);
            }
        }
        if (url.isEmpty() || key.isEmpty()) {
            throw new UsageException("--url is needed, and a key: --key, or WORKSPACE_API_KEY");
        }
        var run = Conformance.run(new Target(url, key, environment("ELEVO_JWT_SECRET")), areas, atATime);
        run.write(report);
        System.out.print(run.summary());
        System.out.println("reports in " + report.toAbsolutePath());
        return run.isGood();
    }

    private static int number(String digits) {
        try {
            return Integer.parseUnsignedInt(digits);
        } catch (NumberFormatException e) {
            throw new UsageException("no number: " + digits);
        }
    }

    private static String environment(String name) {
        return Objects.requireNonNullElse(System.getenv(name), "");
    }
}
