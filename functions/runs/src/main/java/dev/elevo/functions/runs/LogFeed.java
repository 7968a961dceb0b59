package dev.elevo.functions.runs;

import dev.elevo.contract.run.RunStatus;
import dev.elevo.contract.stream.CloseCode;
import dev.elevo.contract.stream.ServerMessages;
import dev.elevo.functions.runs.Records.Head;
import dev.elevo.functions.runs.Records.RunKey;
import dev.elevo.platform.streams.Connection;
import dev.elevo.platform.streams.Connections;
import dev.elevo.platform.streams.Deliveries;
import dev.elevo.platform.streams.Outlet;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Tells every reader of a log the lines that are new to it, and how it ended. */
@Singleton
class LogFeed {
    private static final String TOPIC = "runlog#";

    private final Records records;
    private final RunLog log;
    private final LogCursors cursors;
    private final Connections connections;
    private final Deliveries deliveries;
    private final Outlet outlet;
    private final ServerMessages says;

    LogFeed(
            Records records,
            RunLog log,
            LogCursors cursors,
            Connections connections,
            Deliveries deliveries,
            Outlet outlet,
            ServerMessages says) {
        this.records = records;
        this.log = log;
        this.cursors = cursors;
        this.connections = connections;
        this.deliveries = deliveries;
        this.outlet = outlet;
        this.says = says;
    }

    static String topic(RunKey run) {
        return TOPIC + run.spell();
    }

    static Optional<RunKey> run(String topic) {
        return topic.startsWith(TOPIC) ? Optional.of(RunKey.parse(topic.substring(TOPIC.length()))) : Optional.empty();
    }

    /** Throws when one of the readers could not be served now. */
    void deliver(RunKey run) {
        var readers = connections.of(topic(run));
        if (readers.isEmpty()) {
            return;
        }
        var story = new Story(run);
        var last = story.last();
        deliveries.serve(
                readers.stream().filter(reader -> reader.position() < last).toList(), story);
    }

    private final class Story implements Deliveries.Story {
        private final RunKey run;

        Story(RunKey run) {
            this.run = run;
        }

        /** Its end is told behind its last line; of one that is deleted, that it is. */
        @Override
        public long last() {
            return records.head(run)
                    .map(head -> head.end() == null ? head.lines() : head.lines() + 1)
                    .orElse(Long.MAX_VALUE);
        }

        @Override
        public Optional<Long> tell(Connection connection, Deliveries.Voice voice) {
            var head = records.head(run);
            if (head.isEmpty()) {
                return ended(connection, CloseCode.REMOVED);
            }
            var place = connection.position();
            while (place < head.get().lines() && voice.hasTime()) {
                var lines = log.after(run, place);
                if (lines.isEmpty()) {
                    // It has been deleted meanwhile.
                    return ended(connection, CloseCode.REMOVED);
                }
                for (var line : lines) {
                    place++;
                    if (!voice.say(data(line, place))) {
                        return Optional.empty();
                    }
                    if (!voice.hasTime()) {
                        break;
                    }
                }
            }
            return place < head.get().lines() || head.get().end() == null
                    ? Optional.of(place)
                    : finished(connection, head.get(), voice);
        }

        private String data(String line, long place) {
            var bytes = Base64.getEncoder().encodeToString((line + "\n").getBytes(StandardCharsets.UTF_8));
            return new String(says.data(null, bytes, place, cursors.seal(place, run), 0), StandardCharsets.ISO_8859_1);
        }
    }

    private Optional<Long> finished(Connection connection, Head head, Deliveries.Voice voice) {
        var exitCode = head.end() == RunStatus.SUCCEEDED ? 0 : 1;
        return voice.say(says.exit(exitCode, null, false, head.took().toMillis()))
                ? ended(connection, CloseCode.ENDED)
                : Optional.empty();
    }

    private Optional<Long> ended(Connection connection, CloseCode code) {
        outlet.close(connection.id(), code);
        return Optional.empty();
    }
}
