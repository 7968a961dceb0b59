package dev.elevo.openapi;

import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes the description of what is on the class path. */
public final class Main {
    private Main() {}

    /**
     * Describes.
     *
     * @param arguments the version it is of, and the files to write: one that ends in {@code .json} as JSON, another as YAML
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length < 2) {
            throw new IllegalArgumentException("usage: <version> <file>...");
        }
        var description = Description.of(Endpoints.all(), arguments[0]);
        for (var i = 1; i < arguments.length; i++) {
            var file = Path.of(arguments[i]);
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, arguments[i].endsWith(".json") ? json(description) : yaml(description));
        }
    }

    private static String json(Map<String, Object> description) throws IOException {
        return JsonMapper.createDefault().writeValueAsString(description);
    }

    private static String yaml(Map<String, Object> description) {
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setDereferenceAliases(true);
        options.setSplitLines(false);
        return new Yaml(options).dump(description);
    }
}
