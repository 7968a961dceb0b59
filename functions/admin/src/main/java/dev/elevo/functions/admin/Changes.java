package dev.elevo.functions.admin;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.Failure;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Changes of the database that the state table has to know of. In one transaction with the change goes a note of what has changed; it
 * goes when that has been written to the table. A mark in the table, made before all that, says that there may be notes: so whoever
 * finishes what died half-way need not ask a database that sleeps.
 */
@Singleton
class Changes {
    /** Longer than any request lives. */
    static final Duration ABANDONED = Duration.ofSeconds(40);

    /** After its mark, for the notes of a change to be there; what clocks differ by stays below the rest. */
    static final Duration NOTED_WITHIN = Duration.ofSeconds(20);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final String MARKS = "PROJECTION";
    private static final int SERVER_ERRORS = 500;

    private final Database database;
    private final Sql sql;
    private final Projector projector;
    private final DynamoDbClient dynamo;
    private final String table;
    private final InstantSource clock;

    Changes(
            Database database,
            Sql sql,
            Projector projector,
            DynamoDbClient dynamo,
            DynamoConfiguration configuration,
            InstantSource clock) {
        this.database = database;
        this.sql = sql;
        this.projector = projector;
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.clock = clock;
    }

    private record Note(long id, Projector.Subject subject) {}

    /** What was changed, and of what the table has to know. */
    record Done<T>(T result, List<Projector.Subject> subjects) {
        Done {
            subjects = List.copyOf(subjects);
        }
    }

    /** Returns when the change is in force. */
    <T> T make(Projector.Subject subject, Supplier<T> change) {
        return make(() -> new Done<>(change.get(), List.of(subject)));
    }

    /** The same where only the change itself shows what it is of. */
    <T> T make(Supplier<Done<T>> change) {
        var begun = clock.instant();
        var mark = mark(begun);
        var done = write(change, mark, begun.plus(NOTED_WITHIN));
        done.subjects().forEach(this::settle);
        unmark(mark);
        return done.result();
    }

    private <T> Done<T> write(Supplier<Done<T>> change, String mark, Instant latest) {
        try {
            return database.write(() -> {
                var made = change.get();
                made.subjects()
                        .forEach(subject -> sql.update(
                                "INSERT INTO outbox (kind, subject) VALUES (?, ?)",
                                subject.kind().name(),
                                subject.id()));
                requireInTime(latest);
                return made;
            });
        } catch (ApiException refused) {
            if (refused.failure().status() < SERVER_ERRORS) {
                unmark(mark); // nothing was changed
            }
            throw refused;
        }
    }

    /** A note that comes when its mark may be gone is one that nobody looks for. */
    private void requireInTime(Instant latest) {
        if (clock.instant().isAfter(latest)) {
            throw new Failure.Unavailable("The database was too slow for this change", RETRY_AFTER).asException();
        }
    }

    /** Finishes what requests that died have left. */
    void finishAbandoned() {
        var latest = clock.instant().minus(ABANDONED).toEpochMilli();
        var marks = dynamo
                .queryPaginator(request -> request.tableName(table)
                        .keyConditionExpression("PK = :marks")
                        .expressionAttributeValues(Map.of(":marks", string(MARKS))))
                .items()
                .stream()
                .filter(mark -> Long.parseLong(required(mark, "at").n()) <= latest)
                .map(mark -> required(mark, "SK").s())
                .toList();
        if (!marks.isEmpty()) {
            LOG.warn("{} changes were left half done, finishing them", marks.size());
            var unsettled = allNotes().stream()
                    .map(Note::subject)
                    .distinct()
                    .filter(subject -> !settled(subject))
                    .count();
            if (unsettled == 0) {
                marks.forEach(this::unmark);
            }
        }
    }

    /** One that cannot be projected keeps no other from it; the next run tries it again. */
    private boolean settled(Projector.Subject subject) {
        try {
            settle(subject);
            return true;
        } catch (RuntimeException e) {
            LOG.error("{} is not projected", subject, e);
            return false;
        }
    }

    /** What is written is what the database says then, so it does not matter whose note is the last. */
    private void settle(Projector.Subject subject) {
        var notes = notes(
                "SELECT * FROM outbox WHERE kind = ? AND subject = ?",
                subject.kind().name(),
                subject.id());
        projector.project(subject);
        database.change(() -> notes.forEach(note -> sql.update("DELETE FROM outbox WHERE id = ?", note.id())));
    }

    /** Also those of changes that are being committed: their marks may be gone right after. */
    private List<Note> allNotes() {
        return database.write(() -> {
            sql.execute("SET LOCAL lock_timeout = '5s'");
            sql.execute("LOCK TABLE outbox IN SHARE MODE"); // comes when nobody has an uncommitted note
            return readNotes("SELECT * FROM outbox ORDER BY id");
        });
    }

    private List<Note> notes(String statement, Object... values) {
        return database.read(() -> readNotes(statement, values));
    }

    private List<Note> readNotes(String statement, Object... values) {
        return sql.list(
                statement,
                row -> new Note(
                        row.getLong("id"),
                        new Projector.Subject(Projector.Kind.valueOf(row.getString("kind")), row.getString("subject"))),
                values);
    }

    private String mark(Instant now) {
        var mark = UUID.randomUUID().toString();
        var item = key(MARKS, mark);
        item.put("at", number(now.toEpochMilli()));
        dynamo.putItem(request -> request.tableName(table).item(item));
        return mark;
    }

    private void unmark(String mark) {
        dynamo.deleteItem(request -> request.tableName(table).key(key(MARKS, mark)));
    }
}
