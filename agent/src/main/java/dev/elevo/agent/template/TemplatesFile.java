package dev.elevo.agent.template;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** What the operator wrote: {@code templates.yaml}. An entry that is wrong costs no other one. */
final class TemplatesFile {
    private static final Logger LOG = LoggerFactory.getLogger(TemplatesFile.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
    /** The host's own system. */
    private static final String TAKEN = "base";

    private static final Set<String> SOURCES = Set.of("directory", "tarball", "image");
    private static final Set<String> WORDS =
            Set.of("directory", "tarball", "image", "tag", "env", "workDir", "user", "shell");
    private static final int MOST_BYTES = 1 << 20;

    private TemplatesFile() {}

    /** @param defaults that were written down; they go before those of an image */
    record Entry(String name, Source source, Defaults defaults) {}

    /** None where there is no file. */
    static List<Entry> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(file + " is larger than " + MOST_BYTES + " bytes");
        }
        Object written;
        try {
            written = yaml().load(Files.readString(file));
        } catch (YAMLException e) {
            throw new IOException(file + " is not YAML: " + e.getMessage(), e);
        }
        if (written == null) {
            return List.of();
        }
        if (!(written instanceof Map<?, ?> map)) {
            throw new IOException(file + " must hold a name for every template");
        }
        var entries = new ArrayList<Entry>();
        map.forEach((name, words) -> {
            try {
                entries.add(entry(file, String.valueOf(name), words));
            } catch (IllegalArgumentException e) {
                LOG.error("there is no template {}: in {} {}", name, file, e.getMessage());
            }
        });
        return List.copyOf(entries);
    }

    /** All values are text, also those that YAML takes for something else: {@code yes} is no truth value here. */
    private static Yaml yaml() {
        var loader = new LoaderOptions();
        var dumper = new DumperOptions();
        return new Yaml(new SafeConstructor(loader), new Representer(dumper), dumper, loader, new Resolver() {
            @Override
            protected void addImplicitResolvers() {
                // None.
            }
        });
    }

    private static Entry entry(Path file, String name, @Nullable Object words) {
        require(
                NAME.matcher(name).matches() && !name.equals(TAKEN),
                "a name has 1 to 63 of a-z 0-9 . _ - and is not " + TAKEN);
        if (!(words instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException("it must have one of " + new TreeSet<>(SOURCES));
        }
        for (var word : map.keySet()) {
            require(WORDS.contains(String.valueOf(word)), "\"" + word + "\" is none of " + new TreeSet<>(WORDS));
        }
        var sources = SOURCES.stream().filter(map::containsKey).toList();
        require(sources.size() == 1, "it must have exactly one of " + new TreeSet<>(SOURCES));
        var kind = sources.getFirst();
        var tag = text(map, "tag");
        require(tag == null || kind.equals("image"), "only an image has a tag");
        // Relative to the file, and not to wherever the agent was started.
        var path = file.resolveSibling(String.valueOf(map.get(kind))).normalize();
        var source = switch (kind) {
            case "directory" -> new Source.Directory(path);
            case "tarball" -> new Source.Tarball(path);
            default -> new Source.Image(path, tag);
        };
        var workDir = text(map, "workDir");
        var shell = text(map, "shell");
        require(workDir == null || workDir.startsWith("/"), "workDir must be an absolute path");
        require(shell == null || shell.startsWith("/"), "shell must be an absolute path");
        return new Entry(name, source, new Defaults(env(map), workDir, text(map, "user"), shell));
    }

    private static Map<String, String> env(Map<?, ?> map) {
        var written = map.get("env");
        if (written == null) {
            return Map.of();
        }
        if (!(written instanceof Map<?, ?> variables)) {
            throw new IllegalArgumentException("env must be names and values");
        }
        var env = new HashMap<String, String>();
        variables.forEach((name, value) -> env.put(String.valueOf(name), value == null ? "" : String.valueOf(value)));
        return env;
    }

    private static @Nullable String text(Map<?, ?> map, String word) {
        var value = map.get(word);
        require(value == null || value instanceof String, word + " must be one word");
        return value == null ? null : String.valueOf(value);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
