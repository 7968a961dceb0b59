/** What sandboxes can stand on besides the host's own system: trees, archives and images that the operator names. */
@NullMarked
package dev.elevo.agent.template;

import org.jspecify.annotations.NullMarked;
