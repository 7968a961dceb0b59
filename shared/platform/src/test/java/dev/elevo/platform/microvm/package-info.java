/** Tests of the package of the same name. */
@NullMarked
package dev.elevo.platform.microvm;

import org.jspecify.annotations.NullMarked;
