/** A retry never does the thing twice: what was answered for an idempotency key is answered again. */
@NullMarked
package dev.elevo.platform.idempotency;

import org.jspecify.annotations.NullMarked;
