package dev.elevo.infra;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.partitioningBy;

import dev.elevo.contract.Area;
import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.TableAction;
import dev.elevo.contract.TableRights;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.BillingMode;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.dynamodb.LocalSecondaryIndexProps;
import software.amazon.awscdk.services.dynamodb.PointInTimeRecoverySpecification;
import software.amazon.awscdk.services.dynamodb.ProjectionType;
import software.amazon.awscdk.services.dynamodb.StreamViewType;
import software.amazon.awscdk.services.dynamodb.Table;
import software.amazon.awscdk.services.dynamodb.TableAttributes;
import software.amazon.awscdk.services.iam.Role;
import software.constructs.Construct;

/**
 * The tables, as {@link StateTable} and {@link SandboxTable} describe them. Each is a Table and not a TableV2: the latter is an
 * AWS::DynamoDB::GlobalTable, which emulators do not know, and a deployment lives in one region.
 */
final class StateStore extends Construct implements Provision {
    private final ITable table;
    private final ITable sandboxes;

    StateStore(Construct scope, Optional<RestoredTables> restored) {
        super(scope, "State");
        if (restored.isPresent()) {
            table = Table.fromTableAttributes(
                    this,
                    "RestoredTable",
                    TableAttributes.builder()
                            .tableArn(restored.get().table())
                            .tableStreamArn(restored.get().stream())
                            .build());
            sandboxes = Table.fromTableName(
                    this, "RestoredSandboxes", restored.get().sandboxes());
        } else {
            table = made();
            sandboxes = madeForSandboxes();
        }
    }

    private Table made() {
        // Keys say enough: who is told reads what there is to know.
        return keyed("Table").stream(StreamViewType.KEYS_ONLY).build();
    }

    private Table madeForSandboxes() {
        var made = keyed("Sandboxes").build();
        for (var index : SandboxTable.LOCAL_INDEXES) {
            made.addLocalSecondaryIndex(LocalSecondaryIndexProps.builder()
                    .indexName(index.name())
                    .sortKey(text(index.sortKey()))
                    .projectionType(ProjectionType.KEYS_ONLY)
                    .build());
        }
        return made;
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

    ITable table() {
        return table;
    }

    ITable sandboxes() {
        return sandboxes;
    }

    @Override
    public Map<String, String> environment(Area area) {
        return Map.of("ELEVO_TABLE", table.getTableName(), "ELEVO_SANDBOX_TABLE", sandboxes.getTableName());
    }

    /** What the area's stores do, and no more: no scan, no change of a table, no partition of another area. */
    @Override
    public void grantUse(Area area, Role role) {
        var rights = TableRights.of(area);
        for (var actions : rights.actions().stream()
                .collect(partitioningBy(TableAction::writes))
                .values()) {
            if (!actions.isEmpty()) {
                Statements.allowPartitions(
                        role, names(actions), table.getTableArn(), rights.partitions(actions.getFirst()));
            }
        }
        var onSandboxes = rights.actionsOnSandboxes();
        if (!onSandboxes.isEmpty()) {
            var arn = sandboxes.getTableArn();
            // What is asked of an index is a query.
            var asked = onSandboxes.contains(TableAction.QUERY) ? List.of(arn, arn + "/index/*") : List.of(arn);
            Statements.allow(role, names(onSandboxes), asked);
        }
    }

    private static List<String> names(Collection<TableAction> actions) {
        return actions.stream().map(TableAction::iamName).sorted().toList();
    }

    String streamArn() {
        return requireNonNull(table.getTableStreamArn(), "the table has a stream");
    }

    /**
     * What Lambda says the role must have before it leads a stream to a function. Not by the table's own grant, which lists the streams of
     * every table.
     */
    void grantListen(Role role) {
        Statements.allow(
                role,
                List.of(
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:ListStreams"),
                List.of(streamArn()));
    }

    private static Attribute text(String name) {
        return Attribute.builder().name(name).type(AttributeType.STRING).build();
    }
}
