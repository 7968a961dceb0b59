package dev.elevo.s3;

import dev.elevo.contract.blob.BlobKeys;
import dev.elevo.contract.blob.BlobStore;
import dev.elevo.contract.blob.MissingBlobException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Blobs in a bucket. S3 keeps what the port promises: an object is there whole or not at all, and whoever asks afterwards sees it, in
 * lists too. The client's checksums go along with what is put. It needs the rights to get, put and delete objects, and to list the
 * bucket: without the last, S3 says of what is missing that it is forbidden.
 */
public final class S3BlobStore implements BlobStore {
    /** No such key, and no such range of it. */
    private static final Set<Integer> NOTHING_THERE = Set.of(404, 416);

    private final S3Client s3;
    private final String bucket;
    private final String prefix;

    /** @param prefix of all keys in the bucket: empty, or one that ends with a slash */
    public S3BlobStore(S3Client s3, String bucket, String prefix) {
        this.s3 = s3;
        this.bucket = bucket;
        this.prefix = BlobKeys.checkPrefix(prefix);
    }

    @Override
    public void put(String key, ByteBuffer content) throws IOException {
        put(key, RequestBody.fromRemainingByteBuffer(content.duplicate()));
    }

    @Override
    public void put(String key, Path file) throws IOException {
        put(key, RequestBody.fromFile(file));
    }

    private void put(String key, RequestBody content) throws IOException {
        var object = object(key);
        asking(key, () -> s3.putObject(put -> put.bucket(bucket).key(object), content));
    }

    @Override
    public void read(String key, long offset, ByteBuffer into) throws IOException {
        var wanted = into.remaining();
        if (wanted == 0) {
            size(key).orElseThrow(() -> new MissingBlobException(key));
            return;
        }
        var object = object(key);
        var range = "bytes=" + offset + "-" + (offset + wanted - 1);
        var got = asking(
                key,
                () -> s3.getObject(
                        get -> get.bucket(bucket).key(object).range(range),
                        // Into a view: what breaks off is asked for once more, from where it began.
                        (response, content) -> fill(into.duplicate(), content)));
        if (got.orElse(0) < wanted) {
            throw new MissingBlobException(key);
        }
        into.position(into.limit());
    }

    private static int fill(ByteBuffer into, InputStream content) throws IOException {
        var start = into.position();
        var channel = Channels.newChannel(content);
        int count = 0;
        while (count >= 0 && into.hasRemaining()) {
            count = channel.read(into);
        }
        return into.position() - start;
    }

    @Override
    public OptionalLong size(String key) throws IOException {
        var object = object(key);
        var found = asking(key, () -> s3.headObject(head -> head.bucket(bucket).key(object)));
        return found.map(head -> OptionalLong.of(head.contentLength())).orElse(OptionalLong.empty());
    }

    @Override
    public void delete(String key) throws IOException {
        var object = object(key);
        asking(key, () -> s3.deleteObject(delete -> delete.bucket(bucket).key(object)));
    }

    @Override
    public List<Blob> list(String wanted) throws IOException {
        var start = prefix + BlobKeys.checkPrefix(wanted);
        var objects = asking(
                start,
                () -> s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(start)).contents().stream()
                        .map(object -> new Blob(object.key().substring(prefix.length()), object.size()))
                        .toList());
        return objects.orElse(List.of());
    }

    private String object(String key) {
        return prefix + BlobKeys.check(key);
    }

    /** Empty where there is nothing under the key, or nothing so far behind its beginning. */
    private static <T> Optional<T> asking(String key, Supplier<T> request) throws IOException {
        try {
            return Optional.of(request.get());
        } catch (NoSuchBucketException e) {
            throw failed(key, e);
        } catch (S3Exception e) {
            if (NOTHING_THERE.contains(e.statusCode())) {
                return Optional.empty();
            }
            throw failed(key, e);
        } catch (SdkException e) {
            throw failed(key, e);
        }
    }

    private static IOException failed(String key, SdkException cause) {
        return new IOException("the bucket did not answer for " + key, cause);
    }
}
