package dev.elevo.platform.streams;

import dev.elevo.contract.Area;
import io.micronaut.context.condition.Condition;
import io.micronaut.context.condition.ConditionContext;
import java.util.stream.Stream;

/** Whether the area has streams of what is inside a sandbox: those are served by its agent. */
final class StreamsOfSandboxes implements Condition {
    @Override
    @SuppressWarnings("rawtypes") // the framework's own signature
    public boolean matches(ConditionContext context) {
        var name = context.getProperty("elevo.area", String.class);
        return Stream.of(Area.values())
                .filter(area -> name.filter(area.areaName()::equals).isPresent())
                .anyMatch(Area::hasStreamsOfSandboxes);
    }
}
