package dev.elevo.agent.template;

import dev.elevo.contract.agent.SandboxSpec;
import io.micronaut.serde.annotation.Serdeable;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What holds in a template's sandboxes unless they say otherwise. */
@Serdeable
public record Defaults(
        Map<String, String> env,
        @Nullable String workDir,
        @Nullable String user,
        @Nullable String shell) {
    private static final String USUAL_DIRECTORY = "/home/user";
    private static final String USUAL_USER = "user";
    private static final String USUAL_SHELL = "/bin/bash";

    static final Defaults NONE = new Defaults(Map.of(), null, null, null);

    public Defaults {
        env = Map.copyOf(env);
    }

    /** These, and what they leave open from others. */
    Defaults or(Defaults others) {
        var both = new HashMap<>(others.env);
        both.putAll(env);
        return new Defaults(
                both,
                workDir == null ? others.workDir : workDir,
                user == null ? others.user : user,
                shell == null ? others.shell : shell);
    }

    /** The spec does not tell what was asked for from what is usual, so the usual gives way. */
    SandboxSpec in(SandboxSpec spec) {
        var both = new HashMap<>(env);
        both.putAll(spec.env());
        return new SandboxSpec(
                spec.id(),
                spec.template(),
                both,
                workDir != null && spec.workDir().equals(USUAL_DIRECTORY) ? workDir : spec.workDir(),
                user != null && spec.user().equals(USUAL_USER) ? user : spec.user(),
                shell != null && spec.shell().equals(USUAL_SHELL) ? shell : spec.shell(),
                spec.resources(),
                spec.network(),
                spec.requireEnforced(),
                spec.healthCheck(),
                spec.deadline(),
                spec.command(),
                spec.volumes(),
                spec.snapshot());
    }
}
