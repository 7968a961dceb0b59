package dev.elevo.platform.limits;

import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.testing.DynamoDbLocal;

final class DynamoBucketStoreTest extends BucketStoreContract {
    private static final DynamoConfiguration TABLE = DynamoDbLocal.shared().newTables();

    @Override
    BucketStore store() {
        return new DynamoBucketStore(DynamoDbLocal.shared().client(), TABLE);
    }
}
