package dev.elevo.platform.streams;

import dev.elevo.contract.agent.ConnectionGrant;

/** Gives away the right to write to one connection, to somebody who shall have no right to anything else. */
public interface ConnectionGrants {
    ConnectionGrant of(String connectionId);
}
