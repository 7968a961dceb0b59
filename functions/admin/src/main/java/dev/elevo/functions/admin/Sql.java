package dev.elevo.functions.admin;

import io.micronaut.data.jdbc.runtime.JdbcOperations;
import jakarta.inject.Singleton;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements with their values, in the transaction that {@link Database} has begun. */
@Singleton
public class Sql {
    /** Also of a database that was restored from before: what it writes then is newer than all it ever wrote. */
    static final String NEXT_VERSION = "greatest(version + 1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)";

    private final JdbcOperations jdbc;

    Sql(JdbcOperations jdbc) {
        this.jdbc = jdbc;
    }

    /** Makes something of a row. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    public <T> List<T> list(String statement, Reader<T> reader, @Nullable Object... values) {
        return jdbc.prepareStatement(statement, prepared -> {
            set(prepared, values);
            var found = new ArrayList<T>();
            try (var rows = prepared.executeQuery()) {
                while (rows.next()) {
                    found.add(reader.read(rows));
                }
            }
            return found;
        });
    }

    public <T> Optional<T> one(String statement, Reader<T> reader, @Nullable Object... values) {
        return list(statement, reader, values).stream().findFirst();
    }

    public long count(String statement, @Nullable Object... values) {
        return one(statement, row -> row.getLong(1), values).orElse(0L);
    }

    /** The number of rows that were written. */
    public int update(String statement, @Nullable Object... values) {
        return jdbc.prepareStatement(statement, prepared -> {
            set(prepared, values);
            return prepared.executeUpdate();
        });
    }

    /** What answers nothing. */
    void execute(String statement) {
        jdbc.prepareStatement(statement, PreparedStatement::execute);
    }

    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        var time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    public static @Nullable Integer integer(ResultSet row, String column) throws SQLException {
        var number = row.getInt(column);
        return row.wasNull() ? null : number;
    }

    public static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static void set(PreparedStatement prepared, @Nullable Object[] values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            prepared.setObject(
                    i + 1,
                    switch (values[i]) {
                        case Instant time -> time.atOffset(ZoneOffset.UTC);
                        case List<?> texts -> prepared.getConnection().createArrayOf("text", texts.toArray());
                        case null -> null;
                        case Object other -> other;
                    });
        }
    }
}
