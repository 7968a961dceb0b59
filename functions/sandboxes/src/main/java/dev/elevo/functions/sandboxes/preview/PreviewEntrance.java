package dev.elevo.functions.sandboxes.preview;

import dev.elevo.contract.ApiException;
import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import dev.elevo.contract.preview.PreviewAnswer;
import dev.elevo.contract.preview.PreviewVisit;
import dev.elevo.platform.engine.PortRoutes;
import dev.elevo.platform.engine.PreviewTickets;
import dev.elevo.platform.engine.PreviewTickets.Ticket;
import dev.elevo.platform.identity.Visitors;
import dev.elevo.platform.lambda.PreviewDoor;
import dev.elevo.platform.sandbox.Sandbox;
import dev.elevo.platform.sandbox.SandboxAccess;
import dev.elevo.platform.sandbox.SandboxStore;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets into a sandbox's ports: by a ticket, by a credential of the sandbox's organization, or everybody where its owner said so.
 * Who presents nothing learns nothing, not even whether there is such a sandbox.
 */
@Singleton
class PreviewEntrance implements PreviewDoor {
    private static final String SCOPE = "sandbox:read";

    private final SandboxStore store;
    private final SandboxAccess access;
    private final Visitors visitors;
    private final PreviewTickets tickets;
    private final PortRoutes routes;
    private final PreviewRefusals refusals;
    private final InstantSource clock;

    PreviewEntrance(
            SandboxStore store,
            SandboxAccess access,
            Visitors visitors,
            PreviewTickets tickets,
            PortRoutes routes,
            PreviewRefusals refusals,
            InstantSource clock) {
        this.store = store;
        this.access = access;
        this.visitors = visitors;
        this.tickets = tickets;
        this.routes = routes;
        this.refusals = refusals;
        this.clock = clock;
    }

    @Override
    public PreviewAnswer admit(PreviewVisit visit) {
        try {
            var ticket = ticket(visit).orElse(null);
            var sandbox = access.enter(organization(visit, ticket), visit.sandboxId());
            if (!PortRules.exposes(sandbox, visit.port())) {
                throw new Failure.Refused(
                                ErrorCode.FORBIDDEN,
                                "Port " + visit.port() + " is not exposed",
                                Map.of("sandboxId", sandbox.id(), "port", visit.port()))
                        .asException();
            }
            return new PreviewAnswer(pass(visit, ticket), null);
        } catch (ApiException e) {
            refusals.record(visit, e.failure());
            return new PreviewAnswer(null, refusal(e.failure()));
        }
    }

    /** That of the query decides; of the cookies a good one counts, since anybody may have planted the others. */
    private Optional<Ticket> ticket(PreviewVisit visit) {
        var now = clock.instant();
        var presented = visit.ticket();
        if (presented != null) {
            var ticket = tickets.open(presented, visit.sandboxId(), visit.port());
            if (ticket.isEmpty() || ticket.get().isOver(now)) {
                throw visitors.refuseTicket(ticket.isPresent(), visit.address());
            }
            return ticket;
        }
        var cookies = visit.cookieTickets();
        return (cookies == null ? List.<String>of() : cookies)
                .stream()
                        .flatMap(cookie -> tickets.open(cookie, visit.sandboxId(), visit.port()).stream())
                        .filter(ticket -> !ticket.isOver(now))
                        .findFirst();
    }

    /** Whose sandbox the visitor may enter. */
    private String organization(PreviewVisit visit, @Nullable Ticket ticket) {
        if (ticket != null) {
            return ticket.organizationId();
        }
        var openToAll = store.locate(visit.sandboxId())
                .flatMap(key -> store.find(key.organizationId(), key.id()))
                .filter(PortRules::isPublic);
        return openToAll.map(Sandbox::organizationId).orElseGet(() -> ownOrganization(visit));
    }

    private String ownOrganization(PreviewVisit visit) {
        var forms = new Visitors.Forms(visit.authorization(), visit.apiKeyHeader(), visit.apiKeyQuery());
        var caller = visitors.identify(forms, visit.address());
        if (!caller.grants(SCOPE)) {
            throw new Failure.Refused(
                            ErrorCode.INSUFFICIENT_SCOPE,
                            "The credential does not hold the needed scope",
                            Map.of("required", List.of(SCOPE), "granted", caller.scopes()))
                    .asException();
        }
        return caller.organizationId();
    }

    private PreviewAnswer.Pass pass(PreviewVisit visit, @Nullable Ticket ticket) {
        return new PreviewAnswer.Pass(
                routes.to(visit.sandboxId(), visit.port()),
                visitors.ownsAuthorization(visit.authorization()),
                visitors.ownsKey(visit.apiKeyHeader()),
                visitors.ownsKey(visit.apiKeyQuery()),
                ticket == null ? null : ticket.expiresAt());
    }

    private static PreviewAnswer.Refusal refusal(Failure failure) {
        var retryAfter = switch (failure) {
            case Failure.Limited limited -> (Long) limited.retryAfterSeconds();
            case Failure.Unavailable unavailable -> unavailable.retryAfterSeconds();
            case Failure.Refused refused -> null;
            case Failure.Invalid invalid -> null;
        };
        return new PreviewAnswer.Refusal(failure.code().number(), failure.message(), failure.details(), retryAfter);
    }
}
