package dev.elevo.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Stops all processes of a control group between two instructions, of the first and of the second generation. */
enum Freezer {
    /** A controller of its own. */
    FIRST("freezer.state", "FROZEN", "THAWED") {
        @Override
        boolean isFrozen(Path group) throws IOException {
            return Files.readString(group.resolve("freezer.state")).startsWith("FROZEN");
        }
    },
    /** A part of every group. */
    SECOND("cgroup.freeze", "1", "0") {
        @Override
        boolean isFrozen(Path group) throws IOException {
            return Files.readString(group.resolve("cgroup.events")).contains("frozen 1");
        }
    };

    private final String file;
    private final String stop;
    private final String go;

    Freezer(String file, String stop, String go) {
        this.file = file;
        this.stop = stop;
        this.go = go;
    }

    abstract boolean isFrozen(Path group) throws IOException;

    /** Without waiting. What is not frozen yet is on its way there, and starts nothing new. */
    void beginToFreeze(Path group) throws IOException {
        Files.writeString(group.resolve(file), stop);
    }

    /** Returns when nothing in the group runs any more; if that cannot be had, everything goes on. */
    void freeze(Path group) throws IOException {
        try {
            Soon.done(() -> {
                // Again each time: a process that was being made just then may have been missed.
                beginToFreeze(group);
                return isFrozen(group) ? Optional.empty() : Optional.of(new IOException("something does not freeze"));
            });
        } catch (IOException e) {
            thaw(group);
            throw e;
        }
    }

    /** What is not frozen, or not there, is left as it is. */
    void thaw(Path group) throws IOException {
        var state = group.resolve(file);
        if (Files.exists(state) && !Files.readString(state).startsWith(go)) {
            Files.writeString(state, go);
        }
    }
}
