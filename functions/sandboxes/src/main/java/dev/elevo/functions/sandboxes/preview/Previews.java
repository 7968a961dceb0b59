package dev.elevo.functions.sandboxes.preview;

import dev.elevo.contract.Failure;
import dev.elevo.contract.preview.PortHost;
import dev.elevo.contract.preview.PreviewNames;
import dev.elevo.contract.preview.PreviewUrl;
import dev.elevo.platform.engine.PreviewTickets;
import dev.elevo.platform.identity.Principal;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxAccess;
import jakarta.inject.Singleton;

/** Tells where the services inside a sandbox are found, and gives the tickets to see them. */
@Singleton
class Previews {
    private final SandboxAccess access;
    private final PreviewAddresses addresses;
    private final PreviewTickets tickets;

    Previews(SandboxAccess access, PreviewAddresses addresses, PreviewTickets tickets) {
        this.access = access;
        this.addresses = addresses;
        this.tickets = tickets;
    }

    /** @param origin the host by which the caller has reached us */
    PortHost host(Principal caller, String idOrName, int port, String origin) {
        var sandbox = enter(caller, idOrName, port);
        return new PortHost(addresses.of(sandbox.id(), port, origin).host(), port);
    }

    PreviewUrl url(Principal caller, String idOrName, PreviewQuery wanted, String origin) {
        var port = wanted.port();
        var sandbox = enter(caller, idOrName, port);
        var address = addresses.of(sandbox.id(), port, origin);
        var protocol = wanted.protocol();
        var url = (protocol == null ? address.protocol() : protocol) + "://" + address.host() + address.prefix()
                + wanted.path();
        if (!PortRules.isPublic(sandbox)) {
            url += (wanted.path().indexOf('?') < 0 ? "?" : "&") + PreviewNames.TICKET_PARAMETER + "="
                    + tickets.issue(sandbox.organizationId(), sandbox.id(), port);
        }
        return new PreviewUrl(url, address.host(), port);
    }

    private Sandbox enter(Principal caller, String idOrName, int port) {
        var sandbox = access.enter(caller.organizationId(), idOrName);
        if (!PortRules.exposes(sandbox, port)) {
            throw Failure.Invalid.field("port", "is none of the sandbox's exposedPorts", port)
                    .asException();
        }
        return sandbox;
    }
}
