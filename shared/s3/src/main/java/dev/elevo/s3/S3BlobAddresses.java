package dev.elevo.s3;

import dev.elevo.contract.blob.BlobAddresses;
import dev.elevo.contract.blob.BlobKeys;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Addresses into a bucket, signed as who gives them out; they end with his session at the latest. What is expected is a multipart upload:
 * the bucket's own rule removes those that nobody ends.
 */
public final class S3BlobAddresses implements BlobAddresses, AutoCloseable {
    private final S3Client s3;
    private final S3Presigner presigner;
    private final String bucket;

    private S3BlobAddresses(S3Client s3, S3Presigner presigner, String bucket) {
        this.s3 = s3;
        this.presigner = presigner;
        this.bucket = bucket;
    }

    /**
     * Of one bucket, with the credentials of whoever runs this.
     *
     * @param endpoint instead of the region's own; empty on AWS
     */
    public static S3BlobAddresses open(String bucket, String region, String endpoint) {
        return open(
                bucket, region, endpoint, DefaultCredentialsProvider.builder().build());
    }

    static S3BlobAddresses open(String bucket, String region, String endpoint, AwsCredentialsProvider credentials) {
        var style = S3Configuration.builder()
                .pathStyleAccessEnabled(!endpoint.isBlank())
                .build();
        var client = S3Client.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .serviceConfiguration(style)
                .httpClientBuilder(LateHttp.builder());
        var presigner = S3Presigner.builder()
                .region(Region.of(region))
                .credentialsProvider(credentials)
                .serviceConfiguration(style);
        if (!endpoint.isBlank()) {
            client.endpointOverride(URI.create(endpoint));
            presigner.endpointOverride(URI.create(endpoint));
        }
        // Who brings a part knows nothing of checksums: the whole has its own.
        client.requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED);
        return new S3BlobAddresses(client.build(), presigner.build(), bucket);
    }

    @Override
    public Arrival expect(String key) throws IOException {
        BlobKeys.check(key);
        return asking(
                key,
                () -> new Arrival(
                        key,
                        s3.createMultipartUpload(create -> create.bucket(bucket).key(key))
                                .uploadId()));
    }

    @Override
    public List<URI> parts(Arrival arrival, int count, Duration life) throws IOException {
        return asking(
                arrival.key(),
                () -> IntStream.rangeClosed(1, count)
                        .mapToObj(number -> part(arrival, number, life))
                        .toList());
    }

    private URI part(Arrival arrival, int number, Duration life) {
        return URI.create(presigner
                .presignUploadPart(presign -> presign.signatureDuration(life)
                        .uploadPartRequest(part -> part.bucket(bucket)
                                .key(arrival.key())
                                .uploadId(arrival.id())
                                .partNumber(number)))
                .url()
                .toString());
    }

    @Override
    public void complete(Arrival arrival, List<String> etags) throws IOException {
        var parts = new ArrayList<CompletedPart>();
        for (var etag : etags) {
            parts.add(CompletedPart.builder()
                    .partNumber(parts.size() + 1)
                    .eTag(etag)
                    .build());
        }
        asking(arrival.key(), () -> {
            try {
                return s3.completeMultipartUpload(complete -> complete.bucket(bucket)
                        .key(arrival.key())
                        .uploadId(arrival.id())
                        .multipartUpload(upload -> upload.parts(parts)));
            } catch (NoSuchUploadException ended) {
                // By somebody who completed it, if it is there.
                return s3.headObject(head -> head.bucket(bucket).key(arrival.key()));
            }
        });
    }

    @Override
    public void abandon(Arrival arrival) throws IOException {
        asking(arrival.key(), () -> {
            try {
                s3.abortMultipartUpload(
                        abort -> abort.bucket(bucket).key(arrival.key()).uploadId(arrival.id()));
                return true;
            } catch (NoSuchUploadException ended) {
                return false;
            }
        });
    }

    @Override
    public URI departure(String key, Duration life) throws IOException {
        return departure(key, life, get -> {});
    }

    @Override
    public URI departure(String key, Duration life, Label label) throws IOException {
        return departure(
                key,
                life,
                get -> get.responseContentType(label.mediaType())
                        .responseContentDisposition(label.disposition())
                        .responseCacheControl("no-store"));
    }

    private URI departure(String key, Duration life, Consumer<GetObjectRequest.Builder> saying) throws IOException {
        BlobKeys.check(key);
        return asking(
                key,
                () -> URI.create(presigner
                        .presignGetObject(presign -> presign.signatureDuration(life)
                                .getObjectRequest(
                                        get -> saying.accept(get.bucket(bucket).key(key))))
                        .url()
                        .toString()));
    }

    @Override
    public void delete(String key) throws IOException {
        BlobKeys.check(key);
        asking(key, () -> s3.deleteObject(delete -> delete.bucket(bucket).key(key)));
    }

    private static <T> T asking(String key, Supplier<T> request) throws IOException {
        try {
            return request.get();
        } catch (SdkException e) {
            throw new IOException("the bucket did not answer for " + key, e);
        }
    }

    @Override
    public void close() {
        presigner.close();
        s3.close();
    }
}
