/** Connections about what is inside sandboxes, by way of the gateway or straight to this agent: one protocol, one class for all. */
@NullMarked
package dev.elevo.agent.stream;

import org.jspecify.annotations.NullMarked;
