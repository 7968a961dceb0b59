package dev.elevo.bench;

import static java.util.Comparator.comparing;

import dev.elevo.contract.SandboxTable;
import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.paging.PageQuery;
import dev.elevo.platform.paging.Slice;
import dev.elevo.platform.paging.Sort;
import dev.elevo.platform.push.PushConfiguration;
import dev.elevo.platform.push.PushOutbox;
import dev.elevo.platform.sandbox.DynamoSandboxStore;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxFilter;
import dev.elevo.platform.sandbox.SandboxStore;
import dev.elevo.platform.status.StatusOutbox;
import io.micronaut.serde.ObjectMapper;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The newest of very many sandboxes of one organization and how many there are, against the same found by reading all, by the same
 * client from the same DynamoDB Local.
 */
final class ListSandboxes implements Benchmark {
    private static final String ORGANIZATION = "bench";
    private static final int COUNT = 100_000;
    private static final int PAGE = 20;
    private static final int HEAP = 2048;

    /** What a list says, as far as both ways must agree on it. */
    private record Found(List<String> ids, long total) {}

    @Override
    public String name() {
        return "list";
    }

    @Override
    public List<Line> run() throws Exception {
        try (var scratch = new Scratch(name());
                var state = new StateServer(scratch, HEAP);
                var client = state.patientClient()) {
            var store = new DynamoSandboxStore(
                    client,
                    state.configuration(),
                    ObjectMapper.getDefault(),
                    Clock.systemUTC(),
                    new StatusOutbox(client, state.configuration(), List.of()),
                    new PushOutbox(
                            client, state.configuration(), PushConfiguration.NONE, List.of(), Clock.systemUTC()));
            new ManySandboxes(client, state.configuration(), store, ORGANIZATION).fill(COUNT);
            var right = readAll(client, state.configuration());
            if (right.total() != COUNT) {
                throw new WrongReply("the table holds " + right.total());
            }
            var times = new Turns(3, 50, 1)
                    .take(
                            Latency.of(() -> mustBe(right, list(store))).operation(),
                            Latency.of(() -> mustBe(right, readAll(client, state.configuration())))
                                    .operation());
            return List.of(line(times));
        }
    }

    private static Line line(Turns.Times times) {
        var ours = times.ours();
        var peer = times.peers().median();
        return new Line.Ratio(
                "list of 20 out of 100000, total exact",
                "reading all",
                "ms",
                ours.median(),
                peer,
                ours.median() / peer,
                ours.at(0.1) / peer,
                ours.at(0.9) / peer,
                times.peers().sorted().size(),
                times.discarded(),
                Target.atMost(0.01, 0.01));
    }

    private static void mustBe(Found right, Found found) {
        if (!found.equals(right)) {
            throw new WrongReply("listed " + found + " instead of " + right);
        }
    }

    private static Found list(SandboxStore store) {
        var slice = store.list(
                ORGANIZATION,
                SandboxFilter.NONE,
                new PageQuery(new Sort("createdAt", true), PAGE, new PageQuery.Numbered(1)));
        if (!(slice instanceof Slice.Counted<Sandbox>(var items, var total))) {
            throw new WrongReply("a page without a total");
        }
        return new Found(items.stream().map(Sandbox::id).toList(), total);
    }

    private static Found readAll(DynamoDbClient client, DynamoConfiguration tables) {
        var order = SandboxTable.LOCAL_INDEXES.getFirst().sortKey();
        var all = new ArrayList<>(client
                .queryPaginator(request -> request.tableName(tables.sandboxTable())
                        .consistentRead(true)
                        .keyConditionExpression(StateTable.PARTITION_KEY + " = :pk")
                        .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS("ORG#" + ORGANIZATION + "#SBX"))))
                .items()
                .stream()
                .toList());
        all.sort(comparing((Map<String, AttributeValue> item) -> text(item, order))
                .reversed());
        return new Found(
                all.stream()
                        .limit(PAGE)
                        .map(item -> text(item, StateTable.SORT_KEY))
                        .toList(),
                all.size());
    }

    private static String text(Map<String, AttributeValue> item, String attribute) {
        return Objects.requireNonNull(item.get(attribute)).s();
    }
}
