/** Snapshots on the wire. */
@NullMarked
package dev.elevo.contract.snapshot;

import org.jspecify.annotations.NullMarked;
