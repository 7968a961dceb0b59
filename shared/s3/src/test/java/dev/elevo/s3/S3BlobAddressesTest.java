package dev.elevo.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.blob.BlobAddresses.Arrival;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** What several who know of one arrival do with it, in any order. */
class S3BlobAddressesTest {
    private static final Duration LIFE = Duration.ofMinutes(15);

    private final HttpClient client = HttpClient.newHttpClient();
    private BucketDouble bucket;
    private S3BlobAddresses addresses;

    @BeforeEach
    void open() throws IOException {
        bucket = new BucketDouble();
        addresses = S3BlobAddresses.open(
                BucketDouble.NAME,
                "eu-central-1",
                bucket.url().toString(),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")));
    }

    @AfterEach
    void close() {
        client.close();
        addresses.close();
        bucket.close();
    }

    @Test
    void what_is_brought_is_there_when_it_is_completed_and_not_before() throws Exception {
        var arrival = addresses.expect("snapshots/org/one");
        var etags = bring(arrival);
        assertThat(bucket.objects()).isEmpty();

        addresses.complete(arrival, etags);

        assertThat(bucket.objects()).containsOnlyKeys("snapshots/org/one");
        assertThat(bucket.objects().get("snapshots/org/one")).asString(UTF_8).isEqualTo("onetwo");
        var request = HttpRequest.newBuilder(addresses.departure("snapshots/org/one", LIFE))
                .build();
        assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo("onetwo");
    }

    @Test
    void whoever_knows_of_it_has_addresses_for_the_same_parts() throws Exception {
        var arrival = addresses.expect("key");
        bring(arrival);

        addresses.complete(arrival, bring(new Arrival(arrival.key(), arrival.id())));

        assertThat(bucket.objects().get("key")).asString(UTF_8).isEqualTo("onetwo");
    }

    @Test
    void completing_what_is_complete_is_success() throws Exception {
        var arrival = addresses.expect("key");
        var etags = bring(arrival);
        addresses.complete(arrival, etags);

        addresses.complete(arrival, etags);

        assertThat(bucket.objects()).containsOnlyKeys("key");
    }

    @Test
    void what_was_given_up_is_not_completed() throws Exception {
        var arrival = addresses.expect("key");
        var etags = bring(arrival);

        addresses.abandon(arrival);
        addresses.abandon(arrival);

        assertThat(bucket.uploadsUnderWay()).isZero();
        assertThatThrownBy(() -> addresses.complete(arrival, etags)).isInstanceOf(IOException.class);
        assertThat(bucket.objects()).isEmpty();
    }

    private List<String> bring(Arrival arrival) throws Exception {
        var parts = addresses.parts(arrival, 3, LIFE);
        assertThat(parts).hasSize(3);
        return List.of(put(parts.get(0), "one"), put(parts.get(1), "two"));
    }

    private String put(URI at, String text) throws Exception {
        var request =
                HttpRequest.newBuilder(at).PUT(BodyPublishers.ofString(text)).build();
        var response = client.send(request, BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.headers().firstValue("ETag").orElseThrow();
    }
}
