/** What becomes of sandboxes, for those who listen: the outbox that every change fills, and the log that is read by position. */
@NullMarked
package dev.elevo.platform.status;

import org.jspecify.annotations.NullMarked;
