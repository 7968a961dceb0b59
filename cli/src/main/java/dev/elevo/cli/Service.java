package dev.elevo.cli;

import dev.elevo.client.Json;
import dev.elevo.client.WorkspaceClient;
import dev.elevo.client.WorkspaceException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the commands share: the service, and how what it says is shown. */
final class Service {
    @Option(names = "--json", description = "Show what the service answers, as JSON; what went wrong, too")
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

    /** Each of them, whatever becomes of the others; 1 when one of them failed. */
    int each(List<String> things, Consumer<String> action) {
        var code = 0;
        for (var thing : things) {
            try {
                action.accept(thing);
            } catch (WorkspaceException e) {
                new Failures(System.err, json).tell(thing, e);
                code = 1;
            }
        }
        return code;
    }

    /** What is of use to people, beside what went wrong. */
    void advise(String text) {
        if (!json) {
            System.err.println("elevo: " + text);
        }
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
