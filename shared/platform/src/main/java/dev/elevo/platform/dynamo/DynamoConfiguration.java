package dev.elevo.platform.dynamo;

import io.micronaut.context.annotation.Value;
import jakarta.inject.Singleton;

/**
 * Where the tables are.
 *
 * @param table name of the state table ({@code ELEVO_TABLE})
 * @param sandboxTable name of the sandboxes' table ({@code ELEVO_SANDBOX_TABLE})
 * @param endpoint instead of the region's own ({@code ELEVO_DYNAMODB_ENDPOINT}); empty on AWS
 * @param region of AWS; a stand-in endpoint takes any
 * @param connections kept open at most; a function handles one request at a time, the local run many
 */
@Singleton
public record DynamoConfiguration(
        @Value("${elevo.table:elevo}") String table,
        @Value("${elevo.sandbox.table:elevo-sandboxes}") String sandboxTable,
        @Value("${elevo.dynamodb.endpoint:}") String endpoint,
        @Value("${aws.region:us-east-1}") String region,
        @Value("${elevo.dynamodb.connections:64}") int connections) {

    boolean hasEndpoint() {
        return !endpoint.isBlank();
    }
}
