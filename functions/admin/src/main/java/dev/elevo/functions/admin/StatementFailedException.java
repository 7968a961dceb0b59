package dev.elevo.functions.admin;

import java.sql.SQLException;

/** What the database said against a statement; {@link Database} makes a failure of it where it is one. */
final class StatementFailedException extends RuntimeException {
    StatementFailedException(SQLException cause) {
        super(cause);
    }
}
