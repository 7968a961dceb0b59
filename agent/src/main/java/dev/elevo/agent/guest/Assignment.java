package dev.elevo.agent.guest;

import dev.elevo.agent.ControlKey;
import dev.elevo.contract.agent.VmAssignment;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose this machine is. That is said once: whoever could say it again could take the machine from its owner. */
@Singleton
public final class Assignment {
    private final ControlKey key;
    private @Nullable VmAssignment taken;

    Assignment(ControlKey key) {
        this.key = key;
    }

    public synchronized Optional<VmAssignment> taken() {
        return Optional.ofNullable(taken);
    }

    /**
     * Tells whether this one holds now; not so where another one does.
     *
     * @throws GeneralSecurityException the key in it is none
     */
    synchronized boolean take(VmAssignment assignment) throws GeneralSecurityException {
        if (taken == null) {
            key.learn(ControlKey.parse(assignment.controlKey()));
            taken = assignment;
        }
        return taken.equals(assignment);
    }
}
