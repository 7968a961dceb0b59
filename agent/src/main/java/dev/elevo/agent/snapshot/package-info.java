/** Trees of files as chunks that are stored once, and trees made of them again. */
@NullMarked
package dev.elevo.agent.snapshot;

import org.jspecify.annotations.NullMarked;
