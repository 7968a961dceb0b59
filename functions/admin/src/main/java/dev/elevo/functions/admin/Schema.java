package dev.elevo.functions.admin;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.platform.dynamo.DynamoConfiguration;
import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Knows by a note in the state table whether the database has this build's tables: the database itself need not be asked. */
@Singleton
class Schema {
    /** Of the newest migration; a test compares. */
    static final int NEWEST = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final String NOTED = "schema";

    private final DynamoDbClient dynamo;
    private final String table;
    private final String wanted;
    private final Migrations migrations;

    /** @param url of the database: another one has other tables */
    Schema(
            DynamoDbClient dynamo,
            DynamoConfiguration configuration,
            Migrations migrations,
            @Value("${datasources.default.url}") String url) {
        this.dynamo = dynamo;
        this.table = configuration.table();
        this.migrations = migrations;
        this.wanted = NEWEST + " of " + withoutPort(url);
    }

    void ensure() {
        var noted = dynamo.getItem(request -> request.tableName(table).key(key("SCHEMA", "SCHEMA")))
                .item()
                .get(NOTED);
        if (noted == null || !noted.s().equals(wanted)) {
            migrations.run();
            var note = key("SCHEMA", "SCHEMA");
            note.put(NOTED, string(wanted));
            dynamo.putItem(request -> request.tableName(table).item(note));
        }
    }

    /** It has been lost, or another one stands in its place: the next run of {@link ProjectionTask} makes the tables again. */
    void isMissing() {
        try {
            dynamo.deleteItem(request -> request.tableName(table).key(key("SCHEMA", "SCHEMA")));
        } catch (SdkException e) {
            // Whoever meets it next says so again.
            LOG.warn("that the database has no tables could not be noted", e);
        }
    }

    /** A local one is the same on another port; parameters may hold a password. */
    private static String withoutPort(String url) {
        var parameters = url.indexOf('?');
        return (parameters < 0 ? url : url.substring(0, parameters)).replaceFirst("//127\\.0\\.0\\.1:\\d+", "//local");
    }
}
