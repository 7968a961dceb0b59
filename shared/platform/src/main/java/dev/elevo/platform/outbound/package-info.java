/** How a function calls others over HTTP without a client of the AWS SDK: agents, connections, MicroVMs, roles, pushes, traces. */
@NullMarked
package dev.elevo.platform.outbound;

import org.jspecify.annotations.NullMarked;
