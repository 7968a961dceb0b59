package dev.elevo.platform.testing;

import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.DynamoConnection;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Tables of its own for each test class, and a client that is nobody else's. */
public record TestTable(DynamoConfiguration configuration, DynamoDbClient client) implements AutoCloseable {

    public static TestTable create() {
        var configuration = DynamoDbLocal.shared().newTables();
        return new TestTable(configuration, DynamoConnection.open(configuration));
    }

    /** What makes a function use these tables. */
    public Map<String, Object> properties() {
        return Map.of(
                "elevo.table", configuration.table(),
                "elevo.sandbox.table", configuration.sandboxTable(),
                "elevo.dynamodb.endpoint", configuration.endpoint());
    }

    @Override
    public void close() {
        client.close();
    }
}
