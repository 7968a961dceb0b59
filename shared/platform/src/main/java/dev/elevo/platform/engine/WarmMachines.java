package dev.elevo.platform.engine;

import static dev.elevo.platform.dynamo.Attributes.key;
import static dev.elevo.platform.dynamo.Attributes.number;
import static dev.elevo.platform.dynamo.Attributes.required;
import static dev.elevo.platform.dynamo.Attributes.string;

import dev.elevo.contract.StateTable;
import dev.elevo.platform.dynamo.DynamoConfiguration;
import dev.elevo.platform.engine.Images.Image;
import dev.elevo.platform.engine.Placement.Machine;
import dev.elevo.platform.engine.Placements.Kept;
import dev.elevo.platform.microvm.ListedMicrovm;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * MicroVMs that were started ahead of need and sleep: to wake one takes a third of the time of a start. They know the control plane and
 * nothing of any sandbox, and all have the open network. Each counts against the account's memory, so there are none unless somebody asks
 * for them.
 */
@Singleton
@Requires(property = "elevo.engine", value = "microvm")
final class WarmMachines {
    private static final Logger LOG = LoggerFactory.getLogger(WarmMachines.class);
    private static final String PARTITION = "WARM";
    private static final Pattern ENTRY = Pattern.compile("([a-zA-Z0-9_.-]+/\\d+)=(\\d{1,3})");

    private final DynamoDbClient dynamo;
    private final String table;
    private final Placements placements;
    private final Machines machines;
    private final Leases leases;
    private final FleetConfiguration configuration;
    private final InstantSource clock;
    private final Map<Image, Integer> wanted;

    /** One that sleeps. */
    private record Sleeper(Machine machine, String makeup) {
        boolean is(Image image, Machines machines) {
            return machine.imageArn().equals(image.arn()) && makeup.equals(machines.makeup(image));
        }
    }

    WarmMachines(
            DynamoDbClient dynamo,
            DynamoConfiguration tables,
            Placements placements,
            Machines machines,
            Leases leases,
            Images images,
            FleetConfiguration configuration,
            InstantSource clock) {
        this.dynamo = dynamo;
        this.table = tables.table();
        this.placements = placements;
        this.machines = machines;
        this.leases = leases;
        this.configuration = configuration;
        this.clock = clock;
        this.wanted = read(configuration.warm(), images);
    }

    /** The placement with a machine that was ready for it; empty when none is, or it needs another network. */
    Optional<Kept> take(Kept kept, Image image, String egress) {
        if (!wanted.containsKey(image) || !egress.equals(configuration.openConnector())) {
            return Optional.empty();
        }
        return all().stream()
                .filter(sleeper -> sleeper.is(image, machines))
                .map(Sleeper::machine)
                .filter(this::hasLifeLeft)
                // In one transaction: at every moment it is somebody's, or the caretaker would end it.
                .map(machine -> placements.replaceFrom(
                        kept, kept.placement().on(machine, clock.instant()), key(PARTITION, machine.microvmId())))
                .flatMap(Optional::stream)
                .findFirst();
    }

    Set<String> ids() {
        return all().stream().map(sleeper -> sleeper.machine().microvmId()).collect(Collectors.toSet());
    }

    /**
     * As many of each as are wanted, and none that is of no use; by one process at a time, or there would be more.
     *
     * @param seen what the service lists
     */
    void refill(Map<String, ListedMicrovm> seen) {
        try {
            leases.holding("warm", () -> {
                refillAlone(seen);
                return true;
            });
        } catch (RuntimeException e) {
            LOG.error("what sleeps ahead of need could not be looked after", e);
        }
    }

    private void refillAlone(Map<String, ListedMicrovm> seen) {
        var ready = all().stream()
                .collect(Collectors.partitioningBy(sleeper ->
                        isWanted(sleeper) && hasLifeLeft(sleeper.machine()) && !hasEnded(sleeper.machine(), seen)));
        ready.getOrDefault(false, List.of()).forEach(sleeper -> retire(sleeper.machine()));
        wanted.forEach((image, count) -> {
            var there = ready.getOrDefault(true, List.of()).stream()
                    .filter(sleeper -> sleeper.is(image, machines))
                    .count();
            for (var i = there; i < count; i++) {
                add(image);
            }
        });
    }

    private void add(Image image) {
        try {
            var machine = machines.start(
                    image, configuration.openConnector(), 0, UUID.randomUUID().toString());
            machines.awaitReady(machine);
            machines.suspend(machine);
            var item = key(PARTITION, machine.microvmId());
            item.put("endpoint", string(machine.endpoint()));
            item.put("imageArn", string(machine.imageArn()));
            item.put("makeup", string(machines.makeup(image)));
            item.put("diskBytes", number(machine.diskBytes()));
            item.put("startedAt", number(machine.startedAt().toEpochMilli()));
            dynamo.putItem(put -> put.tableName(table).item(item));
        } catch (RuntimeException e) {
            // Whoever needs one starts it himself; what was started for nothing belongs to nobody, and the caretaker
            // ends it.
            LOG.warn("no MicroVM ahead of need for {}", image.arn(), e);
        }
    }

    private void retire(Machine machine) {
        try {
            dynamo.deleteItem(delete -> delete.tableName(table)
                    .key(key(PARTITION, machine.microvmId()))
                    .conditionExpression("attribute_exists(PK)"));
        } catch (ConditionalCheckFailedException e) {
            LOG.debug("{} is a sandbox's since a moment", machine.microvmId(), e);
            return;
        }
        machines.terminate(machine);
    }

    private boolean isWanted(Sleeper sleeper) {
        return wanted.keySet().stream().anyMatch(image -> sleeper.is(image, machines));
    }

    /** What is listed no more ended long ago, or is too young for the list: the service is asked for that one. */
    private boolean hasEnded(Machine machine, Map<String, ListedMicrovm> seen) {
        var listed = seen.get(machine.microvmId());
        if (listed != null) {
            return listed.state().hasEnded();
        }
        try {
            return machines.state(machine).hasEnded();
        } catch (Machines.GoneException e) {
            return true;
        }
    }

    private boolean hasLifeLeft(Machine machine) {
        var half = configuration.rollover().dividedBy(2);
        return machine.startedAt().isAfter(clock.instant().minus(half));
    }

    private List<Sleeper> all() {
        return dynamo
                .queryPaginator(query -> query.tableName(table)
                        .consistentRead(true)
                        .keyConditionExpression("PK = :warm")
                        .expressionAttributeValues(Map.of(":warm", string(PARTITION))))
                .items()
                .stream()
                .map(WarmMachines::sleeper)
                .toList();
    }

    private static Sleeper sleeper(Map<String, AttributeValue> item) {
        var machine = new Machine(
                required(item, StateTable.SORT_KEY).s(),
                required(item, "endpoint").s(),
                required(item, "imageArn").s(),
                Long.parseLong(required(item, "diskBytes").n()),
                Instant.ofEpochMilli(Long.parseLong(required(item, "startedAt").n())));
        var makeup = item.get("makeup");
        // Those from before it was noted are of no use, and are ended.
        return new Sleeper(machine, makeup == null ? "" : makeup.s());
    }

    private static Map<Image, Integer> read(String text, Images images) {
        var counts = new HashMap<Image, Integer>();
        if (!text.isBlank()) {
            for (var part : text.split(",", -1)) {
                var entry = ENTRY.matcher(part.strip());
                if (!entry.matches()) {
                    throw new ConfigurationException(
                            "ELEVO_MICROVM_WARM must be template/MiB=count, with commas; not \"" + part + "\"");
                }
                counts.put(images.named(entry.group(1)), Integer.parseInt(entry.group(2)));
            }
        }
        return Map.copyOf(counts);
    }
}
