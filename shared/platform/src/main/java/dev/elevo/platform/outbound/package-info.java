/** How a function calls others over HTTP without a client of the AWS SDK: agents, the gateway's connections, MicroVMs, roles. */
@NullMarked
package dev.elevo.platform.outbound;

import org.jspecify.annotations.NullMarked;
