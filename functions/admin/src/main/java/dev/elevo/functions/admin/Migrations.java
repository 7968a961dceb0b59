package dev.elevo.functions.admin;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the database's tables to what this build expects. Several at once take turns by a lock of the database. It is no part of a
 * request: {@link ProjectionTask} does it once after a deployment.
 */
@Singleton
class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);
    private static final int ATTEMPTS = 10;

    private final String url;
    private final String user;
    private final String password;

    Migrations(
            @Value("${datasources.default.url}") String url,
            @Value("${datasources.default.username}") String user,
            @Value("${datasources.default.password}") String password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    /** By a connection of its own: what it locks and sets is nothing for the pool. */
    void run() {
        var result = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(url, user, password)
                .locations("classpath:db/migration")
                .connectRetries(ATTEMPTS)
                .connectRetriesInterval(1)
                .load()
                .migrate();
        LOG.info("{} migrations, the schema is {}", result.migrationsExecuted, result.targetSchemaVersion);
    }
}
