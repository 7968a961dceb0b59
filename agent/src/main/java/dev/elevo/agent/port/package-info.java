/** Connections from outside to the ports inside sandboxes. */
@NullMarked
package dev.elevo.agent.port;

import org.jspecify.annotations.NullMarked;
