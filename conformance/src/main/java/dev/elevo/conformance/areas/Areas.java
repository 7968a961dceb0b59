package dev.elevo.conformance.areas;

import dev.elevo.conformance.dsl.Area;
import dev.elevo.conformance.dsl.Lab;
import java.util.List;
import java.util.stream.Stream;

/** All of them; those that take longest come first. */
public final class Areas {
    private Areas() {}

    public static List<Area> all(Lab lab) {
        return Stream.concat(written().stream(), Stream.of(new EveryEndpoint(lab)))
                .toList();
    }

    /** Those of which each statement is written down; the others are made of the description. */
    public static List<Area> written() {
        return List.of(
                new Farewells(),
                new Lsp(),
                new Code(),
                new Lifecycle(),
                new Snapshots(),
                new FileChanges(),
                new GitRemotes(),
                new Git(),
                new Processes(),
                new Terminals(),
                new Users(),
                new Volumes(),
                new Sandboxes(),
                new Previews(),
                new Files(),
                new Search(),
                new Watch(),
                new Runs(),
                new Events(),
                new Gateway(),
                new Service(),
                new Conventions());
    }
}
