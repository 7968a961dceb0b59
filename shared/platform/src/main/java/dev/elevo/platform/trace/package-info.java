/** The trace a request belongs to: in the log, on the way to the agent, and to whoever collects traces. */
@NullMarked
package dev.elevo.platform.trace;

import org.jspecify.annotations.NullMarked;
