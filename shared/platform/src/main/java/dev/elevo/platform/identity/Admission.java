package dev.elevo.platform.identity;

import dev.elevo.contract.ErrorCode;
import dev.elevo.contract.Failure;
import jakarta.inject.Singleton;

/** Turns away whoever is who he says and yet may not come in: his organization or he himself was disabled. */
@Singleton
final class Admission {
    private final Standings standings;

    Admission(Standings standings) {
        this.standings = standings;
    }

    /** The caller, with the limits of his organization, or with smaller ones of his own. */
    Principal admit(Principal caller) {
        if (caller.isBootstrap()) {
            return caller; // the operator must not lock himself out
        }
        var standing = standings.of(caller.organizationId());
        if (!standing.admits(caller.userId())) {
            throw new Failure.Refused(
                            ErrorCode.FORBIDDEN,
                            standing.disabled() ? "The organization is disabled" : "The user is disabled")
                    .asException();
        }
        return caller.within(standing.limits());
    }
}
