package dev.elevo.localstack.launch;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.functions.admin.AdminFunction;
import dev.elevo.functions.process.ProcessFunction;
import dev.elevo.functions.sandboxes.SandboxesFunction;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;
import java.util.EnumMap;
import java.util.Map;

/** All functions in this JVM: the same handler classes that run on Lambda, with one connection to the table for all. */
final class Areas implements AutoCloseable {
    private final Map<Area, AreaFunction> functions = new EnumMap<>(Area.class);

    Areas(Surroundings surroundings) {
        // One after the other: together they would only wait for each other on a small machine.
        for (var area : Area.values()) {
            functions.put(area, open(area, surroundings));
        }
    }

    APIGatewayV2HTTPResponse handle(Area area, APIGatewayV2HTTPEvent event) {
        return function(area).handle(event);
    }

    void runSchedule(Area area, String name) {
        function(area).runSchedule(name);
    }

    /** What the machine's sandboxes are like. */
    HostInfo offer() {
        return function(Area.SANDBOXES).context().getBean(Engine.class).offer();
    }

    private AreaFunction function(Area area) {
        var function = functions.get(area);
        if (function == null) {
            throw new IllegalStateException("no function for " + area);
        }
        return function;
    }

    private static AreaFunction open(Area area, Surroundings surroundings) {
        return switch (area) {
            case SANDBOXES -> new SandboxesFunction(surroundings);
            case PROCESS -> new ProcessFunction(surroundings);
            case ADMIN -> new AdminFunction(surroundings);
        };
    }

    @Override
    public void close() {
        functions.values().forEach(AreaFunction::close);
    }
}
