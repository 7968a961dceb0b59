package dev.elevo.localstack.launch;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import dev.elevo.contract.Area;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.localstack.runtime.FunctionProcesses;
import dev.elevo.localstack.runtime.FunctionProgram;
import dev.elevo.localstack.runtime.LambdaJson;
import dev.elevo.localstack.runtime.RuntimeClient;
import dev.elevo.localstack.runtime.SocketEventJson;
import dev.elevo.platform.streams.SocketEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Each function in processes of its own, started and spoken to as Lambda does it: by the runtime interface client, with JSON
 * events, one at a time. Slower and larger than {@link Areas}, and as near to the cloud as one machine comes.
 */
final class AreaProcesses implements Functions {
    private static final int HEAP_MEGABYTES = 192;

    /** Of the same class path, and nearly the same classes: what that program has learnt serves all of ours. */
    private static final String CACHE = "gateway";

    private static final Duration START_PATIENCE = Duration.ofSeconds(90);

    /** A function's own, as deployed. */
    private static final Duration TIME = Duration.ofSeconds(29);

    private final Map<Area, FunctionProcesses> processes = new EnumMap<>(Area.class);
    private final Home home;
    private final Optional<Daemon> agent;
    private final Secrets secrets;

    /**
     * Starts them all.
     *
     * @param configuration what the functions find in their environment
     * @param forAdmin what no other area is told
     */
    AreaProcesses(
            Home home,
            Installation installation,
            Optional<Daemon> agent,
            Secrets secrets,
            Map<String, Object> configuration,
            Map<String, Object> forAdmin,
            Options options)
            throws IOException {
        this.home = home;
        this.agent = agent;
        this.secrets = secrets;
        try {
            var nativePart = RuntimeClient.unpack(home.file("runtime-client"));
            for (var area : Area.values()) {
                var program = new FunctionProgram(
                        name(area),
                        command(area, nativePart, installation, options.environment()),
                        environment(
                                area, configuration, area == Area.ADMIN ? forAdmin : Map.of(), options.environment()),
                        home.logs().resolve(name(area) + ".log"));
                processes.put(area, FunctionProcesses.start(program, options.instances(), TIME));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** They start side by side, and a request must not be what finds out that one does not. */
    @Override
    public void awaitStarted() {
        var end = System.nanoTime() + START_PATIENCE.toNanos();
        processes.forEach((area, started) -> {
            try {
                started.started().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw new StartFailedException(name(area) + " does not start", home, name(area));
            } catch (TimeoutException e) {
                throw new StartFailedException(name(area) + " is not ready after " + START_PATIENCE, home, name(area));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartFailedException("interrupted at the start", home, name(area));
            }
        });
    }

    @Override
    public APIGatewayV2HTTPResponse handle(Area area, APIGatewayV2HTTPEvent event) throws Exception {
        return LambdaJson.answer(of(area).invoke(LambdaJson.event(event)));
    }

    @Override
    public APIGatewayV2HTTPResponse handle(Area area, SocketEvent event) throws Exception {
        return LambdaJson.answer(of(area).invoke(SocketEventJson.write(event)));
    }

    @Override
    public void runSchedule(Area area, String name) throws Exception {
        of(area).invoke(LambdaJson.schedule(name));
    }

    @Override
    public PreviewAnswer admit(PreviewVisit visit) throws Exception {
        return LambdaJson.previewAnswer(of(Area.SANDBOXES).invoke(LambdaJson.previewVisit(visit)));
    }

    @Override
    public HostInfo offer() throws IOException {
        try {
            var own = agent.orElseThrow(() -> new NotStartedException(
                    "--runtime-api runs sandboxes on this machine; with ELEVO_ENGINE=microvm start it without"));
            return Agent.offer(own.port(), secrets);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted at the start", e);
        }
    }

    private FunctionProcesses of(Area area) {
        var found = processes.get(area);
        if (found == null) {
            throw new IllegalStateException("no function for " + area);
        }
        return found;
    }

    private static String name(Area area) {
        return "function-" + area.areaName();
    }

    private static List<String> command(
            Area area, String nativePart, Installation installation, Map<String, String> surroundings) {
        var command = new ArrayList<String>();
        command.add("setsid"); // Ctrl-C in the terminal is for us: what is under way is answered first
        command.addAll(new JavaProgram(
                        CACHE,
                        HEAP_MEGABYTES,
                        installation.stackClassPath(),
                        List.of(nativePart),
                        RuntimeClient.MAIN_CLASS,
                        List.of(area.handlerClass()))
                .command(installation, surroundings));
        return command;
    }

    private static Map<String, String> environment(
            Area area,
            Map<String, Object> configuration,
            Map<String, Object> forThisArea,
            Map<String, String> surroundings) {
        var environment = new HashMap<String, String>();
        forThisArea.forEach((name, value) -> environment.put(name, value.toString()));
        configuration.forEach((name, value) -> environment.put(name, value.toString()));
        environment.put("_HANDLER", area.handlerClass());
        environment.put("AWS_REGION", surroundings.getOrDefault("AWS_REGION", "us-east-1"));
        environment.put("AWS_LAMBDA_FUNCTION_NAME", area.areaName());
        environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1024");
        environment.put("AWS_LAMBDA_LOG_GROUP_NAME", name(area));
        environment.put("AWS_LAMBDA_LOG_STREAM_NAME", name(area));
        // Else the region above would be taken for where this runs.
        environment.put("ELEVO_TARGET", surroundings.getOrDefault("ELEVO_TARGET", "local"));
        return environment;
    }

    @Override
    public void close() {
        processes.values().forEach(FunctionProcesses::close);
    }
}
