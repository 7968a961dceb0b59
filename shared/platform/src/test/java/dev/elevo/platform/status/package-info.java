/** Tests of the outbox and the log, on a real table. */
@NullMarked
package dev.elevo.platform.status;

import org.jspecify.annotations.NullMarked;
