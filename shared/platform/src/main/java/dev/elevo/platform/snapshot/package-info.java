/** What the control plane knows of snapshots, for the area that takes them and for the one whose sandboxes begin with them. */
@NullMarked
package dev.elevo.platform.snapshot;

import org.jspecify.annotations.NullMarked;
