package dev.elevo.platform.dynamo;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** One connection per function; the JVM that runs all areas gives each of them the same one. */
@Factory
public final class DynamoConnection {
    private static final int MOST_ATTEMPTS = 3;

    /** Shorter than a caller's patience: a table that does not answer is 9002, not a request that hangs. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Singleton
    @Secondary
    @Bean(preDestroy = "close")
    public static DynamoDbClient open(DynamoConfiguration configuration) {
        var http = ApacheHttpClient.builder()
                .maxConnections(configuration.connections())
                .connectionTimeout(Duration.ofSeconds(1))
                .connectionAcquisitionTimeout(PATIENCE)
                .socketTimeout(Duration.ofSeconds(3))
                .tcpKeepAlive(true);
        if (configuration.endpoint().startsWith("http:")) {
            // Who speaks no TLS need not be ready for it: that is a twentieth of a start.
            http.socketFactory(PlainConnectionSocketFactory.INSTANCE);
        }
        var builder = DynamoDbClient.builder()
                .region(Region.of(configuration.region()))
                .httpClientBuilder(http)
                .overrideConfiguration(override -> override.apiCallTimeout(PATIENCE)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(MOST_ATTEMPTS)
                                .build()));
        if (configuration.hasEndpoint()) {
            builder.endpointOverride(URI.create(configuration.endpoint()))
                    // A stand-in checks no signature, yet the SDK will not call without something to sign with.
                    .credentialsProvider(
                            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")));
        }
        return builder.build();
    }

    /** The same connection, for the stores that keep whole records. */
    @Singleton
    DynamoDbEnhancedClient enhanced(DynamoDbClient client) {
        return DynamoDbEnhancedClient.builder().dynamoDbClient(client).build();
    }
}
