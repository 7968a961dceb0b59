/** What was asked, how it ended and how long it took, by all instances together. */
@NullMarked
package dev.elevo.platform.metrics;

import org.jspecify.annotations.NullMarked;
