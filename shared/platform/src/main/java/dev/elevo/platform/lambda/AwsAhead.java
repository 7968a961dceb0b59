package dev.elevo.platform.lambda;

import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.dynamo.DynamoConnection;

/**
 * What any connection to AWS has to load first: a sixth of a cold start, if it is loaded where the context first asks for it. Lambda
 * starts functions with two cores, and the context needs one.
 */
final class AwsAhead {
    private static final DynamoConfiguration ANYWHERE = new DynamoConfiguration("", "", "", "us-east-1", 1);

    private AwsAhead() {}

    /** Returns at once. */
    static void load() {
        Thread.ofPlatform()
                .daemon()
                .name("aws-ahead")
                .start(() -> DynamoConnection.open(ANYWHERE).close());
    }
}
