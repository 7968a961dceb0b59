/** Whose work this is a part of, as W3C's Trace Context says it. */
@NullMarked
package dev.elevo.contract.trace;

import org.jspecify.annotations.NullMarked;
