package dev.elevo.localstack.launch;

import dev.elevo.contract.Area;
import dev.elevo.contract.StateTable;
import dev.elevo.contract.TableAction;
import dev.elevo.contract.TableRights;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The tables as one area's role sees them in the cloud ({@code ELEVO_HELD_TO_RIGHTS=1}): what {@link TableRights} does not
 * allow is refused as DynamoDB would, and what is used of it is noted. Our tests run with it.
 */
final class HeldToRights implements InvocationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(HeldToRights.class);
    private static final int FORBIDDEN = 400; // as DynamoDB says it

    private final Area area;
    private final TableRights rights;
    private final DynamoConfiguration tables;
    private final DynamoDbClient client;
    private final UsedRights used;

    private HeldToRights(Area area, DynamoConfiguration tables, DynamoDbClient client, UsedRights used) {
        this.area = area;
        this.rights = TableRights.of(area);
        this.tables = tables;
        this.client = client;
        this.used = used;
    }

    static DynamoDbClient client(Area area, DynamoConfiguration tables, DynamoDbClient client, UsedRights used) {
        return (DynamoDbClient) Proxy.newProxyInstance(
                HeldToRights.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                new HeldToRights(area, tables, client, used));
    }

    /** One item, or one partition that is queried. */
    private record Access(TableAction action, String table, String partition) {}

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (arguments != null && arguments.length == 1 && arguments[0] instanceof Consumer<?>) {
            return InvocationHandler.invokeDefault(proxy, method, arguments); // comes back with a request
        }
        if (arguments != null && arguments.length == 1 && arguments[0] instanceof DynamoDbRequest request) {
            accesses(request).forEach(this::use);
        }
        try {
            return method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private void use(Access access) {
        var isOfSandboxes = access.table().equals(tables.sandboxTable());
        var isAllowed = isOfSandboxes
                ? rights.actionsOnSandboxes().contains(access.action())
                : rights.may(access.action(), access.partition());
        if (!isAllowed) {
            refuse(access);
        }
        used.note(new Right(area, isOfSandboxes ? Right.Table.SANDBOXES : Right.Table.STATE, access.action()));
    }

    private void refuse(Access access) {
        LOG.error("{} has no right to {}", area, access);
        throw DynamoDbException.builder()
                .message("AccessDeniedException: " + area + " has no right to " + access)
                .statusCode(FORBIDDEN)
                .build();
    }

    private static Stream<Access> accesses(DynamoDbRequest request) {
        return switch (request) {
            case GetItemRequest get -> Stream.of(access(TableAction.GET, get.tableName(), get.key()));
            case PutItemRequest put -> Stream.of(access(TableAction.PUT, put.tableName(), put.item()));
            case UpdateItemRequest update -> Stream.of(access(TableAction.UPDATE, update.tableName(), update.key()));
            case DeleteItemRequest delete -> Stream.of(access(TableAction.DELETE, delete.tableName(), delete.key()));
            case QueryRequest query -> Stream.of(queried(query));
            case BatchGetItemRequest batch ->
                batch.requestItems().entrySet().stream()
                        .flatMap(table -> table.getValue().keys().stream()
                                .map(key -> access(TableAction.BATCH_GET, table.getKey(), key)));
            case BatchWriteItemRequest batch ->
                batch.requestItems().entrySet().stream()
                        .flatMap(table -> table.getValue().stream()
                                .map(one -> access(TableAction.BATCH_WRITE, table.getKey(), key(one))));
            case TransactWriteItemsRequest transaction ->
                transaction.transactItems().stream().map(HeldToRights::part);
            default ->
                throw new IllegalArgumentException(
                        "no role has a right to " + request.getClass().getSimpleName());
        };
    }

    private static Map<String, AttributeValue> key(WriteRequest request) {
        return request.putRequest() == null
                ? request.deleteRequest().key()
                : request.putRequest().item();
    }

    private static Access part(TransactWriteItem item) {
        if (item.put() != null) {
            return access(TableAction.PUT, item.put().tableName(), item.put().item());
        }
        if (item.update() != null) {
            return access(
                    TableAction.UPDATE, item.update().tableName(), item.update().key());
        }
        if (item.delete() != null) {
            return access(
                    TableAction.DELETE, item.delete().tableName(), item.delete().key());
        }
        throw new IllegalArgumentException("no role has the right to check an item that it does not change");
    }

    /** Ours all begin with {@code PK = :name}. */
    private static Access queried(QueryRequest query) {
        var expression = List.of(query.keyConditionExpression().split("\\s+"));
        var value = query.expressionAttributeValues().get(expression.get(2));
        if (!expression.getFirst().equals(StateTable.PARTITION_KEY) || value == null) {
            throw new IllegalArgumentException("which partition does it ask for? " + query.keyConditionExpression());
        }
        return new Access(TableAction.QUERY, query.tableName(), value.s());
    }

    private static Access access(TableAction action, String table, Map<String, AttributeValue> key) {
        return new Access(action, table, partition(key));
    }

    private static String partition(Map<String, AttributeValue> key) {
        var value = key.get(StateTable.PARTITION_KEY);
        if (value == null) {
            throw new IllegalArgumentException("an item without " + StateTable.PARTITION_KEY + ": " + key.keySet());
        }
        return value.s();
    }
}
