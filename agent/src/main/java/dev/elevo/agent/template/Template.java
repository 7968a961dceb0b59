package dev.elevo.agent.template;

import dev.elevo.contract.agent.SandboxSpec;
import java.nio.file.Path;

/**
 * A template that is ready: its files, and over them what every sandbox needs.
 *
 * @param directory with a name of its own for every state of what it was made from
 */
public record Template(Path directory, Defaults defaults) {
    static final String TREE = "tree";
    static final String GRAFT = "graft";

    public Path tree() {
        return directory.resolve(TREE);
    }

    public Path graft() {
        return directory.resolve(GRAFT);
    }

    public SandboxSpec defaultsIn(SandboxSpec spec) {
        return defaults.in(spec);
    }
}
