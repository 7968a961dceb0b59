package dev.elevo.cli;

import dev.elevo.client.Json;
import dev.elevo.client.api.AdminApi;
import dev.elevo.client.model.ConfigInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "config",
        description = "Show which service this is, whence it is known, and what it offers.",
        mixinStandardHelpOptions = true)
@SuppressWarnings("NullAway.Init") // picocli fills them
final class ConfigCommand implements Callable<Integer> {
    @Mixin
    private Service service;

    /** The key is not: where it is, is. */
    private record Shown(String apiUrl, String source, ConfigInfo service) {}

    @Override
    public Integer call() {
        var found = CliConfiguration.find();
        try (var workspace = service.connect()) {
            var config = workspace.api().admin().getConfig(new AdminApi.GetConfigQuery());
            if (service.isJson()) {
                System.out.println(Json.write(new Shown(found.apiUrl(), found.source(), config)));
            } else {
                System.out.printf(
                        "service    %s%nfrom       %s%noffers     %s%n",
                        found.apiUrl(), found.source(), Json.write(config));
            }
            return 0;
        }
    }
}
