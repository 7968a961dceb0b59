package dev.elevo.functions.admin;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import io.micronaut.transaction.TransactionOperations;
import io.micronaut.transaction.exceptions.TransactionSystemException;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** PostgreSQL, by transactions. One that does not answer is 9002, whatever the driver calls it. */
@Singleton
public class Database {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final String NO_SUCH_TABLE = "42P01";

    /** Connection lost; not let in; shutting down or starting; and before the migrations have run. */
    private static final String[] GONE = {"08", "28", "57P", NO_SUCH_TABLE};

    /** Rolled back for another's sake; too many connections; a lock that did not come; a transaction that stood still. */
    private static final String[] BUSY = {"40", "53", "55P03", "25P03"};

    private final TransactionOperations<Connection> transactions;
    private final Schema schema;
    private volatile boolean away;

    Database(TransactionOperations<Connection> transactions, Schema schema) {
        this.transactions = transactions;
        this.schema = schema;
    }

    /** What is asked inside sees one state of the database, unless it changes it itself. */
    public <T> T read(Supplier<T> question) {
        return told(() -> transactions.executeRead(status -> question.get()));
    }

    /** All of it happens, or nothing. */
    public <T> T write(Supplier<T> change) {
        return told(() -> transactions.executeWrite(status -> change.get()));
    }

    public void change(Runnable change) {
        write(() -> {
            change.run();
            return true;
        });
    }

    /** Whether it did not answer when it was asked last. */
    public boolean isAway() {
        return away;
    }

    /** As if nobody had asked yet. */
    void forgetWhatWasSeen() {
        away = false;
    }

    private <T> T told(Supplier<T> work) {
        try {
            var answer = work.get();
            away = false;
            return answer;
        } catch (ApiException known) {
            throw known;
        } catch (RuntimeException e) {
            // The library has many types for it, and no common one.
            if (doesNotAnswer(e)) {
                // That all its connections are busy, or one request was rolled back for another's sake, says nothing of
                // it.
                away = away || hasState(e, GONE);
                if (hasState(e, NO_SUCH_TABLE)) {
                    schema.isMissing();
                }
                throw new Failure.Unavailable("The database does not answer", RETRY_AFTER).causedBy(e);
            }
            // A character that no text may hold, a time out of its range, more than fits into a row's key.
            if (hasState(e, "22", "54")) {
                throw new Failure.Refused(ErrorCode.VALIDATION_ERROR, "A value cannot be stored").causedBy(e);
            }
            throw e;
        }
    }

    /** Whether a row was refused because there is one like it. */
    public static boolean isDuplicate(Throwable thrown) {
        return hasState(thrown, "23505");
    }

    private static boolean doesNotAnswer(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SQLTransientException || (at instanceof SQLException sql && sql.getSQLState() == null)) {
                return true; // said by the pool: it has no connection, or this one is closed
            }
            if (at instanceof TransactionSystemException hiding
                    && hiding.getApplicationException() != null
                    && doesNotAnswer(hiding.getApplicationException())) {
                return true;
            }
        }
        return hasState(thrown, GONE) || hasState(thrown, BUSY);
    }

    private static boolean hasState(Throwable thrown, String... beginnings) {
        var state = state(thrown);
        if (state != null) {
            for (var beginning : beginnings) {
                if (state.startsWith(beginning)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static @Nullable String state(Throwable thrown) {
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            if (at instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
            // One that dies within a transaction cannot be told to undo it, which hides why it should.
            if (at instanceof TransactionSystemException hiding && hiding.getApplicationException() != null) {
                var hidden = state(hiding.getApplicationException());
                if (hidden != null) {
                    return hidden;
                }
            }
        }
        return null;
    }
}
