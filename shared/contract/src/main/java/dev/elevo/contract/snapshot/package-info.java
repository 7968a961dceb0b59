/** Wire records of snapshots. */
@NullMarked
package dev.elevo.contract.snapshot;

import org.jspecify.annotations.NullMarked;
