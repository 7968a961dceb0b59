package dev.elevo.infra;

import static java.util.Objects.requireNonNull;

import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.LocalSecondaryIndexProps;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.ProjectionType;
import software.amazon.awscdk.services.dynamodb.StreamViewType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.iam.Effect;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * The tables, as {@link StateTable} and {@link SandboxTable} describe them. Each is a Table and not a TableV2: the latter is an
 * AWS::DynamoDB::GlobalTable, which emulators do not know, and a deployment lives in one region.
 */
final class StateStore extends Construct {
    private final Table table;
    private final Table sandboxes;

    StateStore(Construct scope) {
        super(scope, "State");
        // Keys say enough: who is told reads what there is to know.
        table = keyed("Table").stream(StreamViewType.KEYS_ONLY).build();
        sandboxes = keyed("Sandboxes").build();
        for (var index : SandboxTable.LOCAL_INDEXES) {
            sandboxes.addLocalSecondaryIndex(LocalSecondaryIndexProps.builder()
                    .indexName(index.name())
                    .sortKey(text(index.sortKey()))
                    .projectionType(ProjectionType.KEYS_ONLY)
                    .build());
        }
    }

    private Table.Builder keyed(String id) {
        return Table.Builder.create(this, id)
                .partitionKey(text(StateTable.PARTITION_KEY))
                .sortKey(text(StateTable.SORT_KEY))
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .timeToLiveAttribute(StateTable.TTL)
                .pointInTimeRecoverySpecification(PointInTimeRecoverySpecification.builder()
                        .pointInTimeRecoveryEnabled(true)
                        .build())
                .deletionProtection(true)
                .removalPolicy(RemovalPolicy.RETAIN);
    }

    Table table() {
        return table;
    }

    Table sandboxes() {
        return sandboxes;
    }

    /** What the stores do, and no more: no scan, no stream, no change of a table. */
    void grantUse(IGrantable function) {
        function.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of(
                                "dynamodb:BatchGetItem",
                                "dynamodb:BatchWriteItem",
                                "dynamodb:ConditionCheckItem",
                                "dynamodb:DeleteItem",
                                "dynamodb:GetItem",
                                "dynamodb:PutItem",
                                "dynamodb:Query",
                                "dynamodb:UpdateItem"))
                        .resources(List.of(
                                table.getTableArn(), sandboxes.getTableArn(), sandboxes.getTableArn() + "/index/*"))
                        .build());
    }

    String streamArn() {
        return requireNonNull(table.getTableStreamArn(), "the table has a stream");
    }

    /** Not by the table's own grant, which lists the streams of every table. */
    void grantListen(IGrantable function) {
        function.getGrantPrincipal()
                .addToPrincipalPolicy(PolicyStatement.Builder.create()
                        .effect(Effect.ALLOW)
                        .actions(List.of(
                                "dynamodb:DescribeStream",
                                "dynamodb:GetRecords",
                                "dynamodb:GetShardIterator",
                                "dynamodb:ListStreams"))
                        .resources(List.of(streamArn(), table.getTableArn() + "/stream/*"))
                        .build());
    }

    private static Attribute text(String name) {
        return Attribute.builder().name(name).type(AttributeType.STRING).build();
    }
}
