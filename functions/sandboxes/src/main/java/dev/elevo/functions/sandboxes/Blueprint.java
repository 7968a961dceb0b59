package dev.elevo.functions.sandboxes;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.agent.HostInfo;
import dev.elevo.contract.sandbox.CreateSandbox;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxUpdate;
import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Settings;
import dev.elevo.platform.snapshot.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From what a client wants and what the engine offers to the settings of a sandbox, or to the refusal of what nobody offers. */
final class Blueprint {
    private final CreateSandbox wanted;
    private final HostInfo offer;
    private final @Nullable Snapshot snapshot;
    private final List<VolumeMount> volumes;

    private Blueprint(CreateSandbox wanted, List<VolumeMount> volumes, HostInfo offer, @Nullable Snapshot snapshot) {
        this.wanted = wanted;
        this.volumes = volumes;
        this.offer = offer;
        this.snapshot = snapshot;
    }

    /**
     * With what the snapshot brings where the wish is silent.
     *
     * @param volumes of those that are wanted, each by its id
     */
    static Settings draw(
            CreateSandbox wanted,
            List<VolumeMount> volumes,
            HostInfo offer,
            @Nullable Snapshot snapshot,
            String target,
            Principal creator) {
        var blueprint = new Blueprint(wanted, volumes, offer, snapshot);
        blueprint.refuseWhatIsMissing();
        blueprint.refuseWhatIsNotOffered();
        return blueprint.settings(target, creator);
    }

    /** 404: a thing is named that is not there. A snapshot wins over the template. */
    private void refuseWhatIsMissing() {
        var template = template();
        if (!offer.templates().contains(template)) {
            throw missing(ErrorCode.TEMPLATE_NOT_FOUND, "Template", "template", template);
        }
    }

    /** 9007: valid, but nobody here would do it. Better no sandbox than one that is not what it was asked to be. */
    private void refuseWhatIsNotOffered() {
        var resources = orElse(wanted.resources(), Resources.DEFAULT);
        notOffered("gpu", resources.gpu() != null && resources.gpu() > 0, offer);
        refuseTimers(wanted.autoArchiveMinutes(), wanted.autoPause(), offer);
        for (var limit : orElse(wanted.requireEnforced(), List.<String>of())) {
            notOffered("enforce " + limit, !offer.enforced().getOrDefault(limit, false), offer);
        }
    }

    static void refuseWhatIsNotOffered(SandboxUpdate wanted, HostInfo offer) {
        refuseTimers(wanted.autoArchiveMinutes(), wanted.autoPause(), offer);
    }

    private static void refuseTimers(@Nullable Integer autoArchive, @Nullable Boolean autoPause, HostInfo offer) {
        notOffered("autoArchive", autoArchive != null && autoArchive > 0, offer);
        notOffered("pause", Boolean.TRUE.equals(autoPause) && !offer.pause(), offer);
    }

    private static void notOffered(String feature, boolean isWanted, HostInfo offer) {
        if (isWanted) {
            throw refusal(feature, offer).asException();
        }
    }

    private static Failure refusal(String feature, HostInfo offer) {
        return new Failure.Refused(
                ErrorCode.NOT_IMPLEMENTED,
                "Not offered here: " + feature,
                Map.of("feature", feature, "isolation", offer.isolation().label()));
    }

    private String template() {
        return snapshot == null
                ? orElse(wanted.template(), Defaults.TEMPLATE)
                : orElse(snapshot.origin().template(), Defaults.TEMPLATE);
    }

    private Map<String, String> env() {
        var env = new HashMap<String, String>();
        if (snapshot != null) {
            env.putAll(snapshot.origin().env());
        }
        env.putAll(orElse(wanted.env(), Map.of()));
        return env;
    }

    private Settings settings(String target, Principal creator) {
        var origin = snapshot == null ? Defaults.ORIGIN : snapshot.origin();
        return new Settings(
                template(),
                snapshot == null ? null : snapshot.id(),
                env(),
                orElse(wanted.workDir(), origin.workDir()),
                orElse(wanted.user(), origin.user()),
                orElse(wanted.shell(), origin.shell()),
                resources(),
                network(),
                volumes,
                orElse(wanted.requireEnforced(), List.of()),
                orElse(wanted.timeoutMs(), Defaults.TIMEOUT_MS),
                orElse(wanted.autoStopMinutes(), Defaults.AUTO_STOP_MINUTES),
                orElse(wanted.autoPause(), false),
                orElse(wanted.autoDeleteMinutes(), 0),
                orElse(wanted.labels(), Map.of()),
                orElse(wanted.metadata(), Map.of()),
                orElse(wanted.ephemeral(), false),
                wanted.entrypoint(),
                wanted.args(),
                wanted.healthCheck(),
                target,
                Names.of(creator),
                creator.userId());
    }

    /** Its operator's choice for the whole host stands above anybody's wish, and the sandbox tells so. */
    private NetworkConfig network() {
        var asked = orElse(wanted.network(), NetworkConfig.DEFAULT);
        return offer.internet() ? asked : asked.withoutInternet();
    }

    /** Where there are classes of size, the smallest that holds what was asked for: the sandbox tells what it has. */
    private Resources resources() {
        var sizes = offer.sizes();
        if (sizes != null) {
            return sizes.stream()
                    .filter(this::holdsWhatIsWanted)
                    .findFirst()
                    .orElseThrow(() -> refusal("a sandbox of that size", offer).asException());
        }
        var asked = orElse(wanted.resources(), Resources.DEFAULT);
        var standard = Resources.DEFAULT;
        return new Resources(
                filled(asked.cpu(), standard.cpu()),
                filled(asked.memoryMB(), standard.memoryMB()),
                filled(asked.disk(), disk(filled(null, standard.disk()))),
                filled(asked.gpu(), standard.gpu()),
                asked.gpuType());
    }

    private boolean holdsWhatIsWanted(Resources size) {
        var asked = wanted.resources();
        var memory = asked == null ? null : asked.memoryMB();
        return isWithin(filled(memory, Resources.DEFAULT.memoryMB()), size.memoryMB())
                && isWithin(asked == null ? null : asked.cpu(), size.cpu())
                && isWithin(asked == null ? null : asked.disk(), size.disk())
                && isWithin(snapshot == null ? null : snapshot.origin().diskGB(), size.disk());
    }

    private static boolean isWithin(@Nullable Number asked, @Nullable Number size) {
        return asked == null || size == null || asked.doubleValue() <= size.doubleValue();
    }

    /** What is in a snapshot fits into a disk like that it was taken of. */
    private int disk(int standard) {
        return snapshot == null
                ? standard
                : Math.max(standard, snapshot.origin().diskGB());
    }

    private static RuntimeException missing(ErrorCode code, String what, String detail, String name) {
        return new Failure.Refused(code, what + " " + name + " not found", Map.of(detail, name)).asException();
    }

    private static <T> T orElse(@Nullable T value, T standard) {
        return value == null ? standard : value;
    }

    private static <T> T filled(@Nullable T value, @Nullable T standard) {
        return value == null ? Objects.requireNonNull(standard, "the standard resources are complete") : value;
    }
}
