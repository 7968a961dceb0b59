package dev.elevo.agent.process;

import dev.elevo.agent.helper.ExecRequest;
import dev.elevo.agent.helper.FailedStep;
import dev.elevo.agent.helper.HelperRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files inside the sandbox that one process needs and nobody after it. Each is written down on the host until it is removed, so
 * that an agent that dies leaves nothing the next one does not find. Whoever runs inside may do with them what it likes: only
 * its own errands go there.
 */
final class PrivatePlaces {
    private static final Logger LOG = LoggerFactory.getLogger(PrivatePlaces.class);
    private static final String PREFIX = "place-";

    private final Path directory;
    private final String sandboxId;

    PrivatePlaces(Path directory, String sandboxId) {
        this.directory = directory;
        this.sandboxId = sandboxId;
    }

    /** Where the process of this token has its own; with the sandbox's id, because some share the host's files. */
    String of(long token) {
        return "/tmp/.elevo-" + sandboxId + "-" + Long.toHexString(token);
    }

    /** Before it is made. */
    void note(long token, String user) throws IOException {
        Files.writeString(noteOf(token), user);
    }

    /** As its owner: nobody else can be sure to be allowed, and root must not be led anywhere. */
    void remove(long token, String user, Errand errand) throws IOException {
        try {
            errand.script(user, Map.of(), "rm -rf -- \"$1\"", List.of(of(token)), new ExecRequest.NoInput(), 0);
        } catch (HelperRefusal refusal) {
            if (refusal.step() != FailedStep.USER && refusal.step() != FailedStep.CREDENTIALS) {
                throw refusal;
            }
            // Whoever nobody can be has made nothing.
        }
        Files.deleteIfExists(noteOf(token));
    }

    /** What a former agent, or a former life of the sandbox, did not remove. */
    List<Left> left(Set<Long> used) throws IOException {
        var left = new ArrayList<Left>();
        try (var notes = Files.newDirectoryStream(directory, PREFIX + "*")) {
            for (var note : notes) {
                var token = Long.parseUnsignedLong(note.getFileName().toString().substring(PREFIX.length()), 16);
                if (!used.contains(token)) {
                    LOG.info("{} of {} was left behind", of(token), sandboxId);
                    left.add(new Left(token, Files.readString(note)));
                }
            }
        }
        return left;
    }

    /** A place whose process is gone. */
    record Left(long token, String user) {}

    private Path noteOf(long token) {
        return directory.resolve(PREFIX + Long.toHexString(token));
    }
}
