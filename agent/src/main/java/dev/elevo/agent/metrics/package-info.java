/** What sandboxes use: measured now, and remembered for a day. */
@NullMarked
package dev.elevo.agent.metrics;

import org.jspecify.annotations.NullMarked;
