package dev.elevo.functions.sandboxes;

import dev.elevo.contract.Failure;
import dev.elevo.contract.FieldError;
import dev.elevo.contract.Ids;
import dev.elevo.contract.sandbox.CreateSandbox;
import dev.elevo.contract.sandbox.ForkSandbox;
import dev.elevo.contract.sandbox.HealthCheckConfig;
import dev.elevo.contract.sandbox.NetworkConfig;
import dev.elevo.contract.sandbox.Resources;
import dev.elevo.contract.sandbox.SandboxUpdate;
import dev.elevo.contract.sandbox.VolumeMount;
import dev.elevo.platform.dynamo.RecordRoom;
import dev.elevo.platform.http.Nulls;
import dev.elevo.platform.sandbox.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rules of what clients send that annotations cannot say: addresses, and fields that depend on one another. */
final class SandboxRules {
    static final CreateSandbox EMPTY = new CreateSandbox(
            null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null);

    private static final int MOST_WORD = 4096;

    private final List<FieldError> broken = new ArrayList<>();

    private SandboxRules() {}

    /** Refuses with 9004 and every broken rule. */
    static void check(CreateSandbox wanted, String onlyTarget) {
        var rules = new SandboxRules();
        rules.name(wanted.name());
        rules.target(wanted.target(), onlyTarget);
        rules.resources(wanted.resources());
        rules.network(wanted.network());
        rules.volumes(wanted.volumes());
        rules.healthCheck(wanted.healthCheck());
        rules.entrypoint(wanted.entrypoint(), wanted.args());
        Nulls.refuse("env", wanted.env(), rules.broken);
        Nulls.refuse("labels", wanted.labels(), rules.broken);
        Nulls.refuse("metadata", wanted.metadata(), rules.broken);
        rules.room(
                "env", wanted.env(), wanted.labels(), wanted.metadata(), program(wanted.entrypoint(), wanted.args()));
        rules.conclude();
    }

    /** The same of a change. */
    static void check(SandboxUpdate wanted) {
        var rules = new SandboxRules();
        rules.name(wanted.name());
        rules.network(wanted.network());
        Nulls.refuse("labels", wanted.labels(), rules.broken);
        Nulls.refuse("metadata", wanted.metadata(), rules.broken);
        rules.conclude();
    }

    /** The same of a fork. */
    static void check(ForkSandbox wanted) {
        var rules = new SandboxRules();
        rules.name(wanted.name());
        if (wanted.name() != null && wanted.number() > 1) {
            rules.refuse("name", "is for one fork; several take namePrefix", wanted.name());
        }
        if (wanted.name() != null && wanted.namePrefix() != null) {
            rules.refuse("namePrefix", "does not go with name", wanted.namePrefix());
        }
        Nulls.refuse("labels", wanted.labels(), rules.broken);
        Nulls.refuse("metadata", wanted.metadata(), rules.broken);
        rules.conclude();
    }

    private void conclude() {
        if (!broken.isEmpty()) {
            throw new Failure.Invalid(broken).asException();
        }
    }

    /** A call that repeats an old id must never reach another sandbox. */
    private void name(@Nullable String name) {
        if (name != null && Ids.SANDBOX.matches(name)) {
            refuse("name", "must not look like an id", name);
        }
    }

    /** Of the whole, since a change of a part may be what is too much. */
    static void checkRoom(Settings changed) {
        var rules = new SandboxRules();
        rules.room(
                "metadata",
                changed.env(),
                changed.labels(),
                changed.metadata(),
                program(changed.entrypoint(), changed.args()));
        rules.conclude();
    }

    /** As what is measured is a map. */
    private static Map<String, String> program(@Nullable List<String> entrypoint, @Nullable List<String> args) {
        return Map.of("entrypoint", joined(entrypoint), "args", joined(args));
    }

    private static String joined(@Nullable List<String> words) {
        return words == null ? "" : String.join("\",\"", words);
    }

    private void room(
            String field,
            @Nullable Map<String, String> env,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> metadata,
            Map<String, String> program) {
        if (!RecordRoom.holds(Arrays.asList(env, labels, metadata, program))) {
            refuse(
                    field,
                    "env, labels, metadata, entrypoint and args must be at most " + RecordRoom.BYTES + " bytes of JSON",
                    null);
        }
    }

    private void target(@Nullable String target, String onlyTarget) {
        if (target != null && !target.equals(onlyTarget)) {
            refuse("target", "must be " + onlyTarget, target);
        }
    }

    private void entrypoint(@Nullable List<String> entrypoint, @Nullable List<String> args) {
        var hasNone = entrypoint == null || entrypoint.isEmpty();
        if (hasNone && args != null && !args.isEmpty()) {
            refuse("args", "needs an entrypoint: no template has one of its own", null);
        }
        words("entrypoint", entrypoint);
        words("args", args);
    }

    private void words(String field, @Nullable List<String> words) {
        each(
                field,
                words,
                word -> word != null && word.indexOf('\0') < 0 && word.length() <= MOST_WORD,
                "must be a text of at most " + MOST_WORD + " characters without NUL");
    }

    private void resources(@Nullable Resources resources) {
        if (resources != null && resources.gpuType() != null && (resources.gpu() == null || resources.gpu() == 0)) {
            refuse("resources.gpuType", "needs gpu above 0", resources.gpuType());
        }
    }

    private void network(@Nullable NetworkConfig network) {
        if (network == null) {
            return;
        }
        each("network.allowedCIDRs", network.allowedCIDRs(), Addresses::isCidr, "must be a network such as 10.0.0.0/8");
        each("network.deniedCIDRs", network.deniedCIDRs(), Addresses::isCidr, "must be a network such as 10.0.0.0/8");
        each(
                "network.allowedDomains",
                network.allowedDomains(),
                Addresses::isHostPattern,
                "must be a host name or *.host");
        each("network.dnsServers", network.dnsServers(), Addresses::isIp, "must be an IP address");
        var hosts = network.extraHosts();
        if (hosts != null) {
            hosts.forEach((host, address) -> {
                if (!Addresses.isHost(host)) {
                    refuse("network.extraHosts", "must have host names as keys", host);
                }
                if (!Addresses.isIp(address)) {
                    refuse("network.extraHosts." + host, "must be an IP address", address);
                }
            });
        }
    }

    private void volumes(@Nullable List<VolumeMount> volumes) {
        if (volumes == null) {
            return;
        }
        var taken = new HashSet<String>();
        for (int i = 0; i < volumes.size(); i++) {
            var volume = volumes.get(i);
            var place = MountPath.normal(volume.mountPath());
            if (MountPath.isReserved(place)) {
                refuse("volumes[" + i + "].mountPath", "is what a sandbox stands on", volume.mountPath());
            } else if (taken.stream()
                    .anyMatch(other -> MountPath.isBelow(place, other) || MountPath.isBelow(other, place))) {
                refuse(
                        "volumes[" + i + "].mountPath",
                        "is inside of another volume, or another in it",
                        volume.mountPath());
            }
            if (!taken.add(place)) {
                refuse("volumes[" + i + "].mountPath", "is used twice", volume.mountPath());
            }
            if (volume.subPath() != null
                    && (volume.subPath().indexOf('\0') >= 0 || volume.subPath().length() > MOST_WORD)) {
                refuse(
                        "volumes[" + i + "].subPath",
                        "must have at most " + MOST_WORD + " characters, and no NUL",
                        null);
            }
            var subPath = volume.subPath();
            if (subPath != null
                    && (subPath.startsWith("/")
                            || Arrays.asList(subPath.split("/")).contains(".."))) {
                refuse("volumes[" + i + "].subPath", "must be relative and without ..", subPath);
            }
        }
    }

    private void healthCheck(@Nullable HealthCheckConfig check) {
        if (check == null) {
            return;
        }
        if (check.type().equals("http") && check.path() == null) {
            refuse("healthCheck.path", "is needed for http", null);
        }
        if (!check.type().equals("exec") && check.port() == null) {
            refuse("healthCheck.port", "is needed for " + check.type(), null);
        }
        if (check.type().equals("exec")
                && (check.command() == null || check.command().isEmpty())) {
            refuse("healthCheck.command", "is needed for exec", null);
        }
    }

    private void each(String field, @Nullable Collection<String> values, Predicate<String> rule, String message) {
        if (values == null) {
            return;
        }
        int i = 0;
        for (var value : values) {
            if (!rule.test(value)) {
                refuse(field + "[" + i + "]", message, value);
            }
            i++;
        }
    }

    private void refuse(String field, String rule, @Nullable Object value) {
        broken.add(new FieldError(field, rule, value));
    }
}
