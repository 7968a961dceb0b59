/** Running commands in sandboxes: starting them through the helper, keeping their output and their results. */
@NullMarked
package dev.elevo.agent.process;

import org.jspecify.annotations.NullMarked;
