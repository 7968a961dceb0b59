package dev.elevo.platform.streams;

import dev.elevo.contract.agent.ConnectionGrant;
import dev.elevo.platform.sandbox.Sandbox;

/** Gives away the right to write to one connection, to somebody who shall have no right to anything else. */
public interface ConnectionGrants {
    /** For the agent of the sandbox. Throws what the client is told where it could not write to it: 9007, or 9002 for now. */
    ConnectionGrant of(Sandbox sandbox, String connectionId);
}
