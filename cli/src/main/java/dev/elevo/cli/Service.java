package dev.elevo.cli;

import dev.elevo.client.Json;
import dev.elevo.client.WorkspaceClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands share: the service, and how what it says is shown. */
final class Service {
    @Option(names = "--json", description = "Show what the service answers, as JSON")
    private boolean json;

    @Option(names = "--debug", description = "Tell each request on stderr")
    private boolean debug;

    WorkspaceClient connect() {
        var found = CliConfiguration.find();
        var builder = WorkspaceClient.builder()
                .apiUrl(found.apiUrl())
                .apiKey(found.apiKey())
                .clientType("cli");
        return (debug ? builder.debug(true) : builder).build();
    }

    boolean isJson() {
        return json;
    }

    /** One thing: its name for whoever does not want JSON, so that a script can go on with it. */
    void show(Object answer, String name) {
        System.out.println(json ? Json.write(answer) : name);
    }

    <T> void showAll(List<T> all, List<String> titles, Function<T, List<?>> row) {
        if (json) {
            System.out.println(Json.write(all));
        } else {
            System.out.print(Table.of(titles, all.stream().map(row).toList()));
        }
    }

    /** As people tell it, in one unit. */
    static String age(@Nullable Instant since) {
        if (since == null) {
            return "";
        }
        var age = Duration.between(since, Instant.now());
        if (age.toMinutes() < 1) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        if (age.toHours() < 1) {
            return age.toMinutes() + "m";
        }
        return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
