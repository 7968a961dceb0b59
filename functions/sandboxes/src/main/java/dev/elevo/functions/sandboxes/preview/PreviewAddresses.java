package dev.elevo.functions.sandboxes.preview;

import dev.elevo.contract.preview.PreviewNames;
import dev.elevo.platform.deployment.Deployment;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names ports of sandboxes. A deployment has a domain for them. A local run has none and needs none: names below localhost lead
 * to the machine of the one who asks, which is ours as long as he has reached us by such a name; else the port is a path of the
 * host by which he has.
 */
@Singleton
final class PreviewAddresses {
    private static final Set<String> LOOPBACK = Set.of("", PreviewNames.LOCAL_DOMAIN, "127.0.0.1", "[::1]");
    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9.-]{1,253}(:\\d{1,5})?|\\[[0-9A-Fa-f:.]+](:\\d{1,5})?");

    private final Deployment deployment;

    PreviewAddresses(Deployment deployment) {
        this.deployment = deployment;
    }

    /** @param prefix of every path; empty where the name alone says which port it is */
    record Address(String protocol, String host, String prefix) {}

    Address of(String sandboxId, int port, String origin) {
        var label = PreviewNames.label(sandboxId, port);
        var domain = deployment.domain();
        if (domain.isPresent()) {
            return new Address("https", label + "." + domain.get(), "");
        }
        var reached = HOST.matcher(origin).matches() ? origin : "";
        var ourPort = PORT.matcher(reached);
        var suffix = ourPort.find() ? ourPort.group() : "";
        var name = reached.substring(0, reached.length() - suffix.length()).toLowerCase(Locale.ROOT);
        return LOOPBACK.contains(name) || name.endsWith("." + PreviewNames.LOCAL_DOMAIN)
                ? new Address("http", label + "." + PreviewNames.LOCAL_DOMAIN + suffix, "")
                : new Address("http", reached, PreviewNames.path(sandboxId, port));
    }
}
