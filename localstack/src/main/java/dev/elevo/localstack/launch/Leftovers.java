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
    private static final String NAMESPACE = "namespace";

    private Leftovers() {}

    /** Ends all of it as a clean stop would have, and tells what that was. */
    public static List<String> stop(Path path) throws IOException {
        try (var home = Home.take(path)) {
            var notes = new ArrayList<>(DaemonNote.all(home));
            // The sandboxes' own needs whatever else is there, so it goes first.
            notes.sort(Comparator.comparing(note -> !note.name().equals(AGENT)));
            var told = new ArrayList<String>();
            var drained = false;
            for (var note : notes) {
                var lives = note.process().isPresent();
                if (note.name().equals(AGENT)) {
                    drained = lives && drain(home, note, told);
                } else if (note.name().equals(NAMESPACE) && lives && !drained) {
                    told.add("kept the user namespace of process " + note.pid() + " for sandboxes that may live in it");
                    continue;
                }
                if (lives) {
                    told.add("stopped " + note.name() + ", process " + note.pid());
                }
                note.stop(home);
            }
            if (!drained) {
                told.add("sandboxes that go on are found by ./elevo up, and stopped by ./elevo down then");
            }
            return told;
        }
    }

    private static boolean drain(Home home, DaemonNote agent, List<String> told) throws IOException {
        try {
            Agent.drain(agent.port(), Secrets.in(home, Map.of()));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while sandboxes were stopped", e);
        } catch (IOException e) {
            // An agent that does not answer is ended all the same.
            told.add("sandboxes were not stopped: " + e);
            return false;
        }
    }
}
