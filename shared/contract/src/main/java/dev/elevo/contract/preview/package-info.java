/** Previews: the services inside a sandbox, seen from outside. */
@NullMarked
package dev.elevo.contract.preview;

import org.jspecify.annotations.NullMarked;
