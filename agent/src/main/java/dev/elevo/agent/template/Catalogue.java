package dev.elevo.agent.template;

import dev.elevo.agent.driver.FileTrees;
import io.micronaut.serde.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The templates of {@code templates.yaml}, each unpacked once, in the background. What is no longer wanted goes with the last
 * sandbox that stands on it, at the next start.
 */
public final class Catalogue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);
    private static final int PERIOD_MILLIS = 1000;
    private static final int PATIENCE_SECONDS = 5;
    private static final String PART = ".part";
    private static final String DEFAULTS = "defaults.json";

    private final Path file;
    private final Path directory;
    private final Owners owners;
    private final Room room;
    private final ObjectMapper json;
    private final Map<String, Template> standing = new ConcurrentHashMap<>();
    private final ScheduledExecutorService maker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("templates").daemon().factory());
    private volatile Map<String, Template> ready = Map.of();
    private String seen = "";

    /**
     * @param file what the operator wrote; it is read again when it changes
     * @param directory where templates are unpacked
     * @param root who owns what root owns inside
     */
    public Catalogue(Path file, Path directory, int root, Room room, ObjectMapper json) {
        this.file = file;
        this.directory = directory;
        this.owners = new Owners(root);
        this.room = room;
        this.json = json;
    }

    /**
     * Begins.
     *
     * @param used directories that somebody stands on
     */
    public void open(Set<String> used) {
        maker.execute(() -> {
            look();
            sweep(used);
        });
        var _ = maker.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Those that can be stood on. */
    public List<String> names() {
        return List.copyOf(new TreeMap<>(ready).keySet());
    }

    public Optional<Template> named(String name) {
        return Optional.ofNullable(ready.get(name));
    }

    /** Also one that is not wanted any more, as long as somebody stands on it. */
    public Optional<Template> in(String directoryName) {
        return Files.isDirectory(directory.resolve(directoryName).resolve(Template.TREE))
                ? Optional.of(standing.computeIfAbsent(directoryName, this::read))
                : Optional.empty();
    }

    private Template read(String directoryName) {
        var home = directory.resolve(directoryName);
        try {
            var defaults = json.readValue(Files.readAllBytes(home.resolve(DEFAULTS)), Defaults.class);
            return new Template(home, defaults == null ? Defaults.NONE : defaults);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void look() {
        try {
            var now = Files.exists(file) ? Files.getLastModifiedTime(file) + " " + Files.size(file) : "none";
            if (!now.equals(seen)) {
                seen = now;
                make(TemplatesFile.read(file));
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the templates stay as they were: {}", e.toString());
        }
    }

    private void make(List<TemplatesFile.Entry> entries) {
        var wanted = new HashSet<String>();
        for (var entry : entries) {
            wanted.add(entry.name());
        }
        var made = new TreeMap<>(ready);
        made.keySet().retainAll(wanted);
        ready = Map.copyOf(made);
        for (var entry : entries) {
            try {
                made.put(entry.name(), make(entry));
                LOG.info("the template {} is ready", entry.name());
            } catch (IOException e) {
                made.remove(entry.name());
                // The names of these say more than their messages, and who wrote the entry has no use for our stack.
                LOG.error(
                        "there is no template {}: {}",
                        entry.name(),
                        e instanceof FileSystemException ? e.toString() : e.getMessage());
            } catch (RuntimeException e) {
                made.remove(entry.name());
                LOG.error("there is no template {}", entry.name(), e);
            }
            ready = Map.copyOf(made);
        }
    }

    private Template make(TemplatesFile.Entry entry) throws IOException {
        var name = entry.name() + "-" + hash(entry + " " + entry.source().state() + " " + owners);
        var existing = in(name);
        if (existing.isPresent()) {
            return existing.get();
        }
        if (!room.isThere()) {
            throw new IOException("the host's disk is nearly full");
        }
        var part = directory.resolve(name + PART);
        FileTrees.delete(part);
        Files.createDirectories(part);
        try {
            unpack(entry, part);
            Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException e) {
            FileTrees.delete(part);
            throw e;
        }
        return in(name).orElseThrow();
    }

    private void unpack(TemplatesFile.Entry entry, Path part) throws IOException {
        var ofImage = entry.source().unpack(part, owners, room, json);
        var graft = new Graft(part.resolve(Template.TREE), part.resolve(Template.GRAFT), owners);
        var shell = graft.shell();
        graft.make(shell);
        var defaults = entry.defaults().or(ofImage).or(new Defaults(Map.of(), null, null, shell));
        Files.write(part.resolve(DEFAULTS), json.writeValueAsBytes(defaults));
    }

    private void sweep(Set<String> used) {
        try (var all = Files.list(directory)) {
            var kept = new HashSet<>(used);
            ready.values()
                    .forEach(template ->
                            kept.add(template.directory().getFileName().toString()));
            // An entry that cannot be made now may be mended soon: what was made of it is worth keeping until then.
            var waited = new HashSet<String>();
            TemplatesFile.read(file).forEach(entry -> waited.add(entry.name()));
            waited.removeAll(ready.keySet());
            for (var one : all.toList()) {
                var name = one.getFileName().toString();
                if (!kept.contains(name) && (name.endsWith(PART) || !waited.contains(nameIn(name)))) {
                    FileTrees.delete(one);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("old templates stay until the next start: {}", e.toString());
        }
    }

    private static String nameIn(String directoryName) {
        return directoryName.substring(0, Math.max(0, directoryName.lastIndexOf('-')));
    }

    private static String hash(String words) {
        var sum = new CRC32();
        sum.update(words.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }

    /** What is half made is made anew at the next start. */
    @Override
    public void close() {
        maker.shutdownNow();
        try {
            if (!maker.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a template is still being made");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
