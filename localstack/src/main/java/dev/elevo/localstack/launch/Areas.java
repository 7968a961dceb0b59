package dev.elevo.localstack.launch;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.functions.admin.AdminFunction;
import dev.elevo.functions.docs.DocsFunction;
import dev.elevo.functions.files.FilesFunction;
import dev.elevo.functions.git.GitFunction;
import dev.elevo.functions.lsp.LspFunction;
import dev.elevo.functions.process.ProcessFunction;
import dev.elevo.functions.runs.RunsFunction;
import dev.elevo.functions.sandboxes.SandboxesFunction;
import dev.elevo.functions.snapshots.SnapshotsFunction;
import dev.elevo.functions.volumes.VolumesFunction;
import dev.elevo.platform.engine.Engine;
import dev.elevo.platform.lambda.AreaFunction;
import dev.elevo.platform.lambda.Surroundings;
import dev.elevo.platform.streams.SocketEvent;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * All functions in this JVM: the same handler classes that run on Lambda, with one connection to the table for all. Where more
 * than one instance of each is wanted they take turns, and like Lambda's they share nothing but the table.
 */
final class Areas implements Functions {
    private final Map<Area, List<AreaFunction>> functions = new EnumMap<>(Area.class);
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Starts them all.
     *
     * @param surroundings of each area
     * @param forAdmin what no other area is told
     */
    Areas(Function<Area, Surroundings> surroundings, Map<String, Object> forAdmin, int instances) {
        // One after the other: together they would only wait for each other on a small machine.
        for (var area : Area.values()) {
            var shared = surroundings.apply(area);
            var told = area == Area.ADMIN ? shared.and(forAdmin) : shared;
            functions.put(
                    area,
                    Stream.generate(() -> open(area, told)).limit(instances).toList());
        }
    }

    @Override
    public APIGatewayV2HTTPResponse handle(Area area, APIGatewayV2HTTPEvent event) {
        return function(area).handle(event);
    }

    @Override
    public APIGatewayV2HTTPResponse handle(Area area, SocketEvent event) {
        return function(area).handle(event);
    }

    @Override
    public void runSchedule(Area area, String name) {
        function(area).runSchedule(name);
    }

    @Override
    public PreviewAnswer admit(PreviewVisit visit) {
        return function(Area.SANDBOXES).admit(visit);
    }

    /** They were built before the constructor returned. */
    @Override
    public void awaitStarted() {}

    @Override
    public HostInfo offer() {
        return function(Area.SANDBOXES).context().getBean(Engine.class).offer();
    }

    private AreaFunction function(Area area) {
        var instances = functions.getOrDefault(area, List.of());
        if (instances.isEmpty()) {
            throw new IllegalStateException("no function for " + area);
        }
        return instances.get(Math.floorMod(turn.getAndIncrement(), instances.size()));
    }

    private static AreaFunction open(Area area, Surroundings surroundings) {
        return switch (area) {
            case SANDBOXES -> new SandboxesFunction(surroundings);
            case PROCESS -> new ProcessFunction(surroundings);
            case FILES -> new FilesFunction(surroundings);
            case GIT -> new GitFunction(surroundings);
            case SNAPSHOTS -> new SnapshotsFunction(surroundings);
            case LSP -> new LspFunction(surroundings);
            case VOLUMES -> new VolumesFunction(surroundings);
            case RUNS -> new RunsFunction(surroundings);
            case DOCS -> new DocsFunction(surroundings);
            case ADMIN -> new AdminFunction(surroundings);
        };
    }

    @Override
    public void close() {
        functions.values().forEach(instances -> instances.forEach(AreaFunction::close));
    }
}
