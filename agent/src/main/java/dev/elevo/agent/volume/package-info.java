/** Volumes: which there are, and what is done to them. */
@NullMarked
package dev.elevo.agent.volume;

import org.jspecify.annotations.NullMarked;
