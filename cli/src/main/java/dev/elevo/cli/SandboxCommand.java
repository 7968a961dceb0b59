package dev.elevo.cli;

import dev.elevo.client.Json;
import dev.elevo.client.Sandbox;
import dev.elevo.client.api.SandboxesApi;
import dev.elevo.client.model.CreateSandbox;
import dev.elevo.client.model.NetworkConfig;
import dev.elevo.client.model.Resources;
import dev.elevo.client.model.SandboxInfo;
import dev.elevo.client.model.VolumeMount;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "sandbox", description = "Make, find and end sandboxes.", mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills them
final class SandboxCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Which of them?");
    }

    @Command(description = "Make one, and say its id as soon as it runs.", mixinStandardHelpOptions = true)
    int create(
            @Mixin Service service,
            @Parameters(
                            paramLabel = "NAME",
                            arity = "0..1",
                            description = "Its name; one is made up where there is none")
                    @Nullable
                    String name,
            @Option(names = "--template", paramLabel = "NAME", description = "What is in it (base)") @Nullable
                    String template,
            @Option(names = "--snapshot", paramLabel = "SNAPSHOT", description = "What it begins from") @Nullable
                    String snapshot,
            @Option(names = "--cpu", paramLabel = "CORES", description = "Cores (1)") @Nullable Double cpu,
            @Option(names = "--memory", paramLabel = "MB", description = "Megabytes of memory (1024)") @Nullable
                    Integer memory,
            @Option(names = "--disk", paramLabel = "GB", description = "Gigabytes of disk (10)") @Nullable Integer disk,
            @Option(
                            names = {"-e", "--env"},
                            paramLabel = "NAME=VALUE",
                            description = "A variable of its environment")
                    @Nullable
                    Map<String, String> environment,
            @Option(
                            names = {"-l", "--label"},
                            paramLabel = "NAME=VALUE",
                            description = "A label to find it by")
                    @Nullable
                    Map<String, String> labels,
            @Option(names = "--volume", paramLabel = "VOLUME:PATH[:ro]", description = "A volume, and where it is seen")
                    List<String> volumes,
            @Option(
                            names = "--timeout",
                            paramLabel = "TIME",
                            description = "After which it is stopped (1h; 0 is never)")
                    @Nullable
                    Milliseconds timeout,
            @Option(
                            names = "--idle",
                            paramLabel = "MINUTES",
                            description = "Without use, after which it is stopped (30; 0 is never)")
                    @Nullable
                    Integer idle,
            @Option(names = "--no-internet", description = "Nothing but the loopback") boolean noInternet,
            @Option(names = "--ephemeral", description = "Deleted where another is stopped") boolean ephemeral,
            @Option(names = "--no-wait", description = "Do not wait until it runs") boolean noWait) {
        var request = CreateSandbox.builder()
                .name(name)
                .template(template)
                .snapshot(snapshot)
                .resources(
                        Resources.builder().cpu(cpu).memoryMB(memory).disk(disk).build())
                .env(environment)
                .labels(labels)
                .volumes(
                        volumes == null
                                ? null
                                : volumes.stream().map(SandboxCommand::mount).toList())
                .timeoutMs(timeout == null ? null : timeout.value())
                .autoStopMinutes(idle)
                .network(
                        noInternet
                                ? NetworkConfig.builder().allowInternet(false).build()
                                : null)
                .ephemeral(ephemeral)
                .waitForReady(!noWait);
        try (var workspace = service.connect()) {
            var info = workspace.create(request.build()).info();
            service.show(info, info.id());
            if (!info.state().equals("running") && !noWait) {
                throw new CliException(info.id() + " is " + info.state() + ": " + info.errorReason());
            }
            return 0;
        }
    }

    static VolumeMount mount(String text) {
        var parts = text.split(":");
        if (parts.length < 2 || parts.length > 3 || (parts.length == 3 && !parts[2].equals("ro"))) {
            throw new CliException("\"" + text + "\" is not of the form VOLUME:PATH[:ro]");
        }
        return VolumeMount.builder()
                .volumeId(parts[0])
                .mountPath(parts[1])
                .readOnly(parts.length == 3)
                .build();
    }

    @Command(aliases = "ls", description = "Show those there are.", mixinStandardHelpOptions = true)
    int list(
            @Mixin Service service,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            split = ",",
                            description = "Only those that are running, stopped, paused, …, or deleted")
                    List<String> states,
            @Option(
                            names = {"-l", "--label"},
                            paramLabel = "NAME=VALUE",
                            description = "Only those with it")
                    Map<String, String> labels,
            @Option(names = "--search", paramLabel = "TEXT", description = "Only those with it in their name") @Nullable
                    String search,
            @Option(
                            names = {"-q", "--quiet"},
                            description = "Nothing but their ids")
                    boolean quiet) {
        var query = new SandboxesApi.ListSandboxesQuery().state(states).search(search);
        if (labels != null) {
            query.labels(labels.entrySet().stream()
                    .map(label -> label.getKey() + "=" + label.getValue())
                    .collect(Collectors.joining(",")));
        }
        try (var workspace = service.connect()) {
            var all = workspace.sandboxes(query).toList();
            if (quiet && service.isJson()) {
                System.out.println(Json.write(all.stream().map(SandboxInfo::id).toList()));
            } else if (quiet) {
                all.forEach(info -> System.out.println(info.id()));
            } else {
                service.showAll(
                        all,
                        List.of("ID", "NAME", "STATE", "AGE", "CPU", "MEMORY", "ISOLATION"),
                        info -> Arrays.asList(
                                info.id(),
                                info.name(),
                                info.endReason() == null ? info.state() : info.state() + " (" + info.endReason() + ")",
                                Service.age(info.createdAt()),
                                info.cpu(),
                                info.memory(),
                                info.isolation()));
            }
            return 0;
        }
    }

    @Command(description = "Show all there is to know about one.", mixinStandardHelpOptions = true)
    int get(@Mixin Service service, @Parameters(paramLabel = "SANDBOX") String sandbox) {
        try (var workspace = service.connect()) {
            System.out.println(Json.write(workspace.sandbox(sandbox).info()));
            return 0;
        }
    }

    @Command(description = "Delete some, with all that is in them.", mixinStandardHelpOptions = true)
    int rm(
            @Mixin Service service,
            @Parameters(paramLabel = "SANDBOX", arity = "1..*") List<String> sandboxes,
            @Option(
                            names = {"-f", "--force"},
                            description = "Those that run, too")
                    boolean force) {
        try (var workspace = service.connect()) {
            var query = new SandboxesApi.DeleteSandboxQuery().force(force);
            return service.each(
                    sandboxes, sandbox -> workspace.api().sandboxes().deleteSandbox(sandbox, query));
        }
    }

    @Command(description = "Start a stopped one.", mixinStandardHelpOptions = true)
    int start(@Mixin Service service, @Parameters(paramLabel = "SANDBOX") String sandbox) {
        return change(service, sandbox, Sandbox::start);
    }

    @Command(description = "Stop one; its files stay.", mixinStandardHelpOptions = true)
    int stop(@Mixin Service service, @Parameters(paramLabel = "SANDBOX") String sandbox) {
        return change(service, sandbox, Sandbox::stop);
    }

    @Command(description = "Let one stand still; its memory and processes stay.", mixinStandardHelpOptions = true)
    int pause(@Mixin Service service, @Parameters(paramLabel = "SANDBOX") String sandbox) {
        return change(service, sandbox, Sandbox::pause);
    }

    @Command(description = "Let a paused one go on.", mixinStandardHelpOptions = true)
    int resume(@Mixin Service service, @Parameters(paramLabel = "SANDBOX") String sandbox) {
        return change(service, sandbox, Sandbox::resume);
    }

    private interface Change {
        SandboxInfo of(Sandbox sandbox);
    }

    private static int change(Service service, String sandbox, Change change) {
        try (var workspace = service.connect()) {
            var info = change.of(workspace.sandbox(sandbox));
            service.show(info, info.state());
            return 0;
        }
    }
}
