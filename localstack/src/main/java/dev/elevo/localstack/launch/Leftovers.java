package dev.elevo.localstack.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** What goes on after a run that was killed: sandboxes, and the processes it kept beside itself. */
public final class Leftovers {
    private static final String AGENT = "agent";

    private Leftovers() {}

    /** Ends all of it as a clean stop would have, and tells what that was. */
    public static List<String> stop(Path path) throws IOException {
        try (var home = Home.take(path)) {
            var notes = new ArrayList<>(DaemonNote.all(home));
            // The sandboxes' own needs whatever else is there, so it goes first.
            notes.sort(Comparator.comparing(note -> !note.name().equals(AGENT)));
            var told = new ArrayList<String>();
            for (var note : notes) {
                if (note.process().isPresent()) {
                    if (note.name().equals(AGENT)) {
                        told.addAll(drain(home, note));
                    }
                    told.add("stopped " + note.name() + ", process " + note.pid());
                } else if (note.name().equals(AGENT)) {
                    told.add("the agent is dead; if sandboxes go on without it, ./elevo up finds them, and"
                            + " ./elevo down stops them then");
                }
                note.stop(home);
            }
            return told;
        }
    }

    private static List<String> drain(Home home, DaemonNote agent) throws IOException {
        try {
            Agent.drain(agent.port(), Secrets.in(home, Map.of()));
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sandboxes were stopped", e);
        } catch (IOException e) {
            // An agent that does not answer is ended all the same.
            return List.of("sandboxes were not stopped: " + e);
        }
    }
}
