package dev.elevo.platform.limits;

final class InMemoryBucketStoreTest extends BucketStoreContract {
    @Override
    BucketStore store() {
        return new InMemoryBucketStore();
    }
}
