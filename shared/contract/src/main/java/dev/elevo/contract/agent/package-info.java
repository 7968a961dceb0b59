/** The agent's API and the capability tokens that open it. The control plane calls it; the agent implements it. */
@NullMarked
package dev.elevo.contract.agent;

import org.jspecify.annotations.NullMarked;
