package dev.elevo.agent.driver;

import dev.elevo.agent.LspConfiguration;
import dev.elevo.agent.template.Catalogue;
import dev.elevo.agent.template.Template;
import dev.elevo.contract.agent.SandboxSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What sandboxes stand on: the host's own system, or a template of the operator. */
final class Foundations {
    private static final String WORLD = "/usr";
    private static final String HELPERS = ".elevo";
    private static final String HELPER = "init";
    private static final String LANGUAGE_SERVERS = "lsp";

    private final Path base;
    private final Catalogue catalogue;
    private final LspConfiguration languageServers;
    private volatile boolean bringsLanguageServers = true;

    /** @param base made at this start of the agent */
    Foundations(Path base, Catalogue catalogue, LspConfiguration languageServers) {
        this.base = base;
        this.catalogue = catalogue;
        this.languageServers = languageServers;
    }

    /** Whether there were any: a disk that they lie on may not be one to mount from. */
    boolean leaveOutLanguageServers() throws IOException {
        var had = bringsLanguageServers && languageServers.layer().isPresent();
        bringsLanguageServers = false;
        return had;
    }

    /**
     * Layers that cannot be written, in the slot.
     *
     * @param options for the helper, which mounts them
     * @param layers of the root, the uppermost first
     * @param hasHostsUsr whether {@code /usr} is a second overlay, over the host's
     */
    record Foundation(List<String> options, String layers, boolean hasHostsUsr) {}

    List<String> names() {
        var names = new ArrayList<>(List.of(Templates.BASE));
        names.addAll(catalogue.names());
        return List.copyOf(names);
    }

    /** What a sandbox began on it stays on; only the base is always that of this agent, and so is the helper. */
    Foundation prepare(Slot slot, SandboxSpec spec, int owner) throws IOException {
        for (var name : List.of("lower", "usr", "graft", LANGUAGE_SERVERS)) {
            Files.createDirectories(slot.directory().resolve(name));
        }
        if (spec.template().equals(Templates.BASE)) {
            Files.writeString(note(slot), base.getFileName().toString());
            return withLanguageServers(new Foundation(
                    List.of("--clone", base.toString(), "lower", "--clone", WORLD, "usr"),
                    Names.LAYER + ":lower",
                    true));
        }
        var template = templateOf(slot)
                .or(() -> catalogue.named(spec.template()))
                .orElseThrow(() -> new IOException("the template " + spec.template() + " is gone"));
        Files.writeString(note(slot), template.directory().getFileName().toString());
        bringHelper(slot, owner);
        return withLanguageServers(new Foundation(
                List.of(
                        "--clone",
                        template.tree().toString(),
                        "lower",
                        "--clone",
                        template.graft().toString(),
                        "graft"),
                Names.LAYER + ":graft:lower",
                false));
    }

    /** The lowest layer of the root: what a template has in the same place is the template's. */
    private Foundation withLanguageServers(Foundation foundation) throws IOException {
        var layer = bringsLanguageServers ? languageServers.layer() : Optional.<Path>empty();
        if (layer.isEmpty()) {
            return foundation;
        }
        var options = new ArrayList<>(foundation.options());
        options.addAll(List.of("--clone", layer.get().toString(), LANGUAGE_SERVERS));
        return new Foundation(options, foundation.layers() + ":" + LANGUAGE_SERVERS, foundation.hasHostsUsr());
    }

    /** Into the layer that is the slot's own: a template outlives the helpers of some agents. */
    private void bringHelper(Slot slot, int owner) throws IOException {
        var directory =
                Files.createDirectories(slot.directory().resolve(Names.LAYER).resolve(HELPERS));
        var link = directory.resolve(HELPER);
        Templates.mode(directory, "rwxr-xr-x");
        Templates.own(directory, owner);
        Files.deleteIfExists(link);
        Files.createLink(link, base.resolve(HELPERS).resolve(HELPER));
    }

    SandboxSpec asSeenInside(Slot slot, SandboxSpec spec) throws IOException {
        return spec.template().equals(Templates.BASE)
                ? spec
                : templateOf(slot).map(template -> template.defaultsIn(spec)).orElse(spec);
    }

    private Optional<Template> templateOf(Slot slot) throws IOException {
        return Files.exists(note(slot)) ? catalogue.in(Files.readString(note(slot))) : Optional.empty();
    }

    /** A template goes with the last sandbox that stands on it. */
    void open(List<Slot> kept) throws IOException {
        var used = new HashSet<>(Set.of(base.getFileName().toString()));
        for (var slot : kept) {
            if (Files.exists(note(slot))) {
                used.add(Files.readString(note(slot)));
            }
        }
        catalogue.open(used);
    }

    /** What the slot stands on, for another that begins as it is; empty where that is not known. */
    String under(Slot slot) throws IOException {
        return Files.exists(note(slot)) ? Files.readString(note(slot)) : "";
    }

    /** Before it starts the first time: what it begins with was written over this and over nothing else. */
    void found(Slot slot, String foundation) throws IOException {
        if (!foundation.isEmpty()) {
            Files.writeString(note(slot), foundation);
        }
    }

    private static Path note(Slot slot) {
        return slot.directory().resolve("template");
    }

    void close() {
        catalogue.close();
    }
}
