package dev.elevo.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.blob.BlobStoreContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** The real client, against a bucket of this process that speaks the wire. */
class S3BlobStoreTest extends BlobStoreContract {
    private BucketDouble bucket;
    private S3Client s3;

    @BeforeEach
    void open() throws IOException {
        bucket = new BucketDouble();
        s3 = S3Client.builder()
                .endpointOverride(bucket.url())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
                .forcePathStyle(true)
                .httpClientBuilder(ApacheHttpClient.builder().maxConnections(20))
                .build();
    }

    @AfterEach
    void close() {
        s3.close();
        bucket.close();
    }

    @Override
    protected BlobStore store() {
        return new S3BlobStore(s3, BucketDouble.NAME, "installation/");
    }

    @Test
    void what_others_have_in_the_bucket_is_not_ours() throws IOException {
        bucket.objects().put("other/key", new byte[1]);
        store().put("key", ByteBuffer.allocate(3));

        assertThat(bucket.objects()).containsKeys("other/key", "installation/key");
        assertThat(store().list("")).containsExactly(new BlobStore.Blob("key", 3));
        assertThat(store().size("other/key")).isEmpty();
    }

    @Test
    void a_long_list_is_asked_for_page_by_page() throws IOException {
        for (int i = 0; i < 2500; i++) {
            bucket.objects().put("installation/a/" + i, new byte[1]);
        }

        assertThat(store().list("a/")).hasSize(2500);
        assertThat(bucket.listsAsked()).isEqualTo(3);
    }

    @Test
    void a_short_trouble_is_waited_out() throws IOException {
        bucket.beInTrouble(2);

        store().put("key", ByteBuffer.wrap("content".getBytes(StandardCharsets.UTF_8)));

        assertThat(bucket.objects().get("installation/key"))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("content");
    }

    @Test
    void a_long_trouble_is_told() {
        bucket.beInTrouble(100);

        assertThatThrownBy(() -> store().size("key"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("key");
    }
}
