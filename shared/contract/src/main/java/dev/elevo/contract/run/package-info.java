/** Runs of experiments on the wire, and what they leave. */
@NullMarked
package dev.elevo.contract.run;

import org.jspecify.annotations.NullMarked;
