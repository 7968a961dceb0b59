package dev.elevo.platform.sandbox;

import dev.elevo.contract.sandbox.SandboxState;
import dev.elevo.contract.sandbox.Stats;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The item that counts an organization's sandboxes by state, and what the running ones may use. */
final class Counters {
    /** Of all states, against which the quota holds. */
    static final String LIVE = "live";

    private static final String CPU = "cpu";
    private static final String MEMORY = "memory";
    private static final String DISK = "disk";
    private static final String GPU = "gpu";

    private Counters() {}

    /** What a change of state adds to which counter. */
    static Map<String, BigDecimal> change(Sandbox seen, Sandbox next) {
        var changes = new HashMap<String, BigDecimal>();
        add(changes, seen.state().label(), BigDecimal.ONE.negate());
        if (next.state() == SandboxState.DELETED) {
            add(changes, LIVE, BigDecimal.ONE.negate());
        } else {
            add(changes, next.state().label(), BigDecimal.ONE);
        }
        grant(changes, seen, BigDecimal.ONE.negate());
        grant(changes, next, BigDecimal.ONE);
        changes.values().removeIf(change -> change.signum() == 0);
        return changes;
    }

    private static void grant(Map<String, BigDecimal> changes, Sandbox sandbox, BigDecimal sign) {
        if (sandbox.state() != SandboxState.RUNNING) {
            return;
        }
        var resources = sandbox.settings().resources();
        Map.of(
                        CPU, number(resources.cpu()),
                        MEMORY, number(resources.memoryMB()),
                        DISK, number(resources.disk()),
                        GPU, number(resources.gpu()))
                .forEach((counter, amount) -> add(changes, counter, amount.multiply(sign)));
    }

    private static BigDecimal number(@Nullable Number amount) {
        return new BigDecimal(
                Objects.requireNonNull(amount, "the defaults are filled in").toString());
    }

    private static void add(Map<String, BigDecimal> changes, String counter, BigDecimal amount) {
        changes.merge(counter, amount, BigDecimal::add);
    }

    static Census read(Map<String, AttributeValue> item) {
        var counts = new EnumMap<SandboxState, Long>(SandboxState.class);
        for (var state : SandboxState.values()) {
            if (item.containsKey(state.label())) {
                counts.put(state, amount(item, state.label()).longValueExact());
            }
        }
        return new Census(
                counts,
                new Stats.Granted(
                        amount(item, CPU).doubleValue(),
                        amount(item, MEMORY).longValueExact(),
                        amount(item, DISK).longValueExact(),
                        amount(item, GPU).longValueExact()));
    }

    private static BigDecimal amount(Map<String, AttributeValue> item, String counter) {
        var value = item.get(counter);
        return value == null ? BigDecimal.ZERO : new BigDecimal(value.n());
    }

    /** An expression that adds to each of them what stands under its name. */
    static String sums(Collection<String> counters) {
        return counters.stream().map(name -> "#" + name + " :" + name).collect(Collectors.joining(", ", "ADD ", ""));
    }
}
