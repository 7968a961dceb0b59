package dev.elevo.functions.sandboxes;

import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.SandboxUpdate;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.Settings;
import java.time.Instant;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * From the settings of a sandbox to those with an update in them; what the update leaves out stays.
 *
 * @param network as far as this deployment offers it
 */
record SettingsChange(SandboxUpdate wanted, @Nullable NetworkConfig network)
        implements BiFunction<Sandbox, Instant, Sandbox> {

    /** What {@code PUT} leaves out gets its default, but for the name and the network. */
    static SandboxUpdate whole(SandboxUpdate wanted) {
        return new SandboxUpdate(
                wanted.name(),
                or(wanted.labels(), Defaults.NO_WORDS),
                or(wanted.metadata(), Defaults.NO_WORDS),
                or(wanted.timeoutMs(), Defaults.TIMEOUT_MS),
                or(wanted.autoStopMinutes(), Defaults.AUTO_STOP_MINUTES),
                or(wanted.autoPause(), false),
                or(wanted.autoArchiveMinutes(), 0),
                or(wanted.autoDeleteMinutes(), 0),
                null);
    }

    @Override
    public Sandbox apply(Sandbox seen, Instant now) {
        return seen.changed(or(wanted.name(), seen.name()), settings(seen.settings()), wanted.timeoutMs() != null, now);
    }

    private Settings settings(Settings old) {
        return new Settings(
                old.template(),
                old.snapshot(),
                old.env(),
                old.workDir(),
                old.user(),
                old.shell(),
                old.resources(),
                or(network, old.network()),
                old.volumes(),
                old.requireEnforced(),
                or(wanted.timeoutMs(), old.timeoutMs()),
                or(wanted.autoStopMinutes(), old.autoStopMinutes()),
                or(wanted.autoPause(), old.autoPause()),
                or(wanted.autoDeleteMinutes(), old.autoDeleteMinutes()),
                or(wanted.labels(), old.labels()),
                or(wanted.metadata(), old.metadata()),
                old.ephemeral(),
                old.entrypoint(),
                old.args(),
                old.healthCheck(),
                old.target(),
                old.createdBy(),
                old.owner());
    }

    private static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }
}
