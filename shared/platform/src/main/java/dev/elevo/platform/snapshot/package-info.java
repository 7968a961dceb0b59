/** What the control plane knows of snapshots. */
@NullMarked
package dev.elevo.platform.snapshot;

import org.jspecify.annotations.NullMarked;
