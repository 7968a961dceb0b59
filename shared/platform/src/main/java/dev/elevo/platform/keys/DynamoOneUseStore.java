package dev.elevo.platform.keys;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.identity.OneUseStore;
import dev.elevo.platform.identity.Principal;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** One-use tokens in the state table: to delete one and to learn what it was is one step there. */
@Singleton
final class DynamoOneUseStore implements OneUseStore {
    private static final String SORT = "TOKEN";

    private final DynamoDbClient dynamo;
    private final String table;

    DynamoOneUseStore(DynamoDbClient dynamo, DynamoConfiguration configuration) {
        this.dynamo = dynamo;
        this.table = configuration.table();
    }

    @Override
    public void add(String hash, Grant grant) {
        var item = new HashMap<>(place(hash));
        item.put("org", string(grant.organizationId()));
        item.put("user", string(grant.userId()));
        var keyId = grant.keyId();
        if (keyId != null) {
            item.put("keyId", string(keyId));
        }
        var keySha256 = grant.keySha256();
        if (keySha256 != null) {
            item.put("keySha256", string(keySha256));
        }
        item.put("kind", string(grant.kind().name()));
        item.put("scope", string(grant.scope()));
        item.put("path", string(grant.path()));
        item.put("expiresAt", number(grant.expiresAt().toEpochMilli()));
        item.put(StateTable.TTL, number(grant.expiresAt().getEpochSecond() + 1));
        dynamo.putItem(request -> request.tableName(table).item(item));
    }

    @Override
    public Optional<Grant> take(String hash) {
        var taken = dynamo.deleteItem(
                        request -> request.tableName(table).key(place(hash)).returnValues(ReturnValue.ALL_OLD))
                .attributes();
        return taken.isEmpty() ? Optional.empty() : Optional.of(read(taken));
    }

    private static Grant read(Map<String, AttributeValue> item) {
        var keyId = item.get("keyId");
        var keySha256 = item.get("keySha256");
        return new Grant(
                required(item, "org").s(),
                required(item, "user").s(),
                keyId == null ? null : keyId.s(),
                keySha256 == null ? null : keySha256.s(),
                Principal.Kind.valueOf(required(item, "kind").s()),
                required(item, "scope").s(),
                required(item, "path").s(),
                Instant.ofEpochMilli(Long.parseLong(required(item, "expiresAt").n())));
    }

    private static Map<String, AttributeValue> place(String hash) {
        return key("ONCE#" + hash, SORT);
    }
}
