package dev.elevo.functions.runs;

import dev.elevo.platform.sandbox.Contention;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Writes the parts of a transaction, all or none. */
final class Parts {
    private Parts() {}

    /**
     * The first of the parts whose condition did not hold.
     *
     * @param present what lies there; empty where nothing does, or nobody asked for it
     */
    record Refusal(int part, Map<String, AttributeValue> present) {}

    /** Empty when all of it is done. */
    static Optional<Refusal> write(DynamoDbClient dynamo, List<TransactWriteItem> parts) {
        // One for all attempts: of one that was made although its answer says otherwise, the next is no second.
        var token = UUID.randomUUID().toString();
        try {
            Contention.overcome(() -> dynamo.transactWriteItems(
                    request -> request.transactItems(parts).clientRequestToken(token)));
            return Optional.empty();
        } catch (TransactionCanceledException e) {
            var reasons = e.cancellationReasons();
            for (int i = 0; i < reasons.size(); i++) {
                if (reasons.get(i).code().equals("ConditionalCheckFailed")) {
                    return Optional.of(new Refusal(
                            i, reasons.get(i).hasItem() ? reasons.get(i).item() : Map.of()));
                }
            }
            throw e;
        }
    }
}
