package dev.elevo.functions.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.platform.identity.RehearsalToken;
import dev.elevo.platform.testing.Events;
import dev.elevo.platform.testing.Surrounded;
import io.micronaut.crac.OrderedResource;
import io.micronaut.data.jdbc.runtime.JdbcOperations;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.function.Supplier;
import org.crac.Core;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The database behind the area: its tables, and what becomes of requests when it is away. */
class DatabaseTest {

    @Test
    void the_newest_migration_is_the_one_that_this_build_expects() throws Exception {
        try (var surrounded = surrounded(PostgresLocal.shared());
                var function = surrounded.start(AdminFunction::new)) {
            function.runSchedule("projection");

            var newest = newestMigration(function);

            assertThat(newest).isEqualTo(Schema.NEWEST);
        }
    }

    @Test
    void tables_are_made_once_and_by_one_of_those_who_start_at_the_same_time() {
        try (var surrounded = surrounded(PostgresLocal.shared());
                var one = surrounded.start(AdminFunction::new);
                var other = surrounded.start(AdminFunction::new)) {
            List.of(one, other).parallelStream().forEach(function -> function.runSchedule("projection"));
            one.runSchedule("projection");

            assertThat(newestMigration(one)).isEqualTo(Schema.NEWEST);
        }
    }

    @Test
    void an_empty_database_beside_a_state_table_that_was_kept_gets_its_tables() {
        try (var surrounded = surrounded(PostgresLocal.shared());
                var function = surrounded.start(AdminFunction::new)) {
            function.runSchedule("projection");
            var sql = function.context().getBean(Sql.class);
            function.context().getBean(Database.class).change(() -> {
                sql.execute("DROP SCHEMA public CASCADE");
                sql.execute("CREATE SCHEMA public");
            });

            assertThat(Surrounded.ask(function, Events.get("/api/v1/users/me")).outcome())
                    .isEqualTo(9002);
            function.runSchedule("projection");

            assertThat(Surrounded.ask(function, Events.get("/api/v1/users/me")).status())
                    .isEqualTo(200);
            assertThat(newestMigration(function)).isEqualTo(Schema.NEWEST);
        }
    }

    @Test
    void nothing_is_asked_of_the_database_before_somebody_wants_something_of_it() {
        var nowhere = new Surrounded().with("elevo.postgres.url", "jdbc:postgresql://127.0.0.1:1/none");
        try (nowhere;
                var function = nowhere.start(AdminFunction::new)) {
            var database = function.context().getBean(Database.class);

            assertThatThrownBy(() -> database.read(() -> newestMigration(function)))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        }
    }

    @Test
    void one_that_is_busy_is_9002_and_not_away() {
        try (var surrounded = surrounded(PostgresLocal.shared());
                var function = surrounded.start(AdminFunction::new)) {
            function.runSchedule("projection");
            var database = function.context().getBean(Database.class);

            for (var busy : List.of(
                    new SQLTransientConnectionException("no connection is free"),
                    new SQLException("deadlock", "40P01"),
                    new SQLException("too many", "53300"),
                    new SQLException("the lock did not come", "55P03"),
                    new SQLException("idle in its transaction", "25P03"))) {
                assertUnavailable(database, busy);
                assertThat(database.isAway()).as(busy.getMessage()).isFalse();
            }
            assertUnavailable(database, new SQLException("shutting down", "57P01"));
            assertThat(database.isAway()).isTrue();
        }
    }

    @Test
    void a_function_that_rehearsed_without_its_database_is_well_when_it_is_restored() throws Exception {
        try (var surrounded = surrounded(PostgresLocal.shared());
                var function = surrounded.start(AdminFunction::new)) {
            rehearse(function); // before a first deployment has made the tables

            assertThat(Surrounded.ask(function, Events.get("/health")).status()).isEqualTo(200);
        }
    }

    @Test
    void a_rehearsal_leaves_nothing_in_the_database() throws Exception {
        try (var surrounded = surrounded(PostgresLocal.shared());
                var function = surrounded.start(AdminFunction::new)) {
            function.runSchedule("projection");

            rehearse(function);

            var sql = function.context().getBean(Sql.class);
            assertThat(function.context()
                            .getBean(Database.class)
                            .<Long>read(() -> sql.count(
                                    "SELECT count(*) FROM member WHERE organization_id = ?", RehearsalToken.NOBODY)))
                    .isZero();
        }
    }

    /** As Lambda does it with a new version: all of it, then the snapshot, then one that begins with that. */
    private static void rehearse(AdminFunction function) throws Exception {
        var resources = function.context().getBeansOfType(OrderedResource.class).stream()
                .filter(resource -> resource.getClass().getPackageName().startsWith("dev.elevo"))
                .toList();
        assertThat(resources).isNotEmpty();
        for (var resource : resources) {
            resource.beforeCheckpoint(Core.getGlobalContext());
        }
        for (var resource : resources) {
            resource.afterRestore(Core.getGlobalContext());
        }
    }

    private static void assertUnavailable(Database database, SQLException said) {
        assertThatThrownBy(() -> database.read(() -> {
                    throw new IllegalStateException(said);
                }))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
    }

    @Test
    void a_database_that_was_killed_is_9002_and_found_again_when_it_is_back() throws Exception {
        var own = PostgresLocal.open();
        try (var surrounded = surrounded(own);
                var function = surrounded.start(AdminFunction::new)) {
            function.runSchedule("projection");
            var database = function.context().getBean(Database.class);

            own.kill();
            assertThatThrownBy(() -> database.read(() -> newestMigration(function)))
                    .isInstanceOf(ApiException.class);
            own.startAgain();

            assertThat(database.read(() -> newestMigration(function))).isEqualTo(Schema.NEWEST);
        } finally {
            own.kill();
        }
    }

    @Test
    @Tag("slow")
    void one_that_dies_within_a_transaction_is_9002_too() throws Exception {
        var own = PostgresLocal.open();
        try (var surrounded = surrounded(own);
                var function = surrounded.start(AdminFunction::new)) {
            var database = function.context().getBean(Database.class);
            var sql = function.context().getBean(Sql.class);
            Supplier<Long> dying = () -> {
                sql.count("SELECT 1");
                kill(own);
                return sql.count("SELECT 1");
            };
            Supplier<Long> dyingBeforeItsEnd = () -> {
                var found = sql.count("SELECT 1");
                kill(own);
                return found;
            };

            for (var change : List.of(dying, dyingBeforeItsEnd)) {
                assertThatThrownBy(() -> database.write(change))
                        .isInstanceOfSatisfying(
                                ApiException.class,
                                e -> assertThat(e.failure().code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
                own.startAgain();
                assertThat(database.read(() -> sql.count("SELECT 1"))).isEqualTo(1);
            }
        } finally {
            own.kill();
        }
    }

    private static void kill(PostgresLocal postgres) {
        try {
            postgres.kill();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int newestMigration(AdminFunction function) {
        var operations = function.context().getBean(JdbcOperations.class);
        return function.context()
                .getBean(Database.class)
                .read(() -> operations.prepareStatement(
                        "SELECT max(version::int) FROM flyway_schema_history WHERE success", statement -> {
                            try (var rows = statement.executeQuery()) {
                                rows.next();
                                return rows.getInt(1);
                            }
                        }));
    }

    private static Surrounded surrounded(PostgresLocal postgres) {
        var surrounded = new Surrounded();
        postgres.newDatabase().forEach(surrounded::with);
        return surrounded;
    }
}
