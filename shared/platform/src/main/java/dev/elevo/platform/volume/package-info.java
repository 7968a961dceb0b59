/** Volumes as they are remembered, who mounts them, and how they are shown. */
@NullMarked
package dev.elevo.platform.volume;

import org.jspecify.annotations.NullMarked;
